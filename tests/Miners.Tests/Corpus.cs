using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests;

/// <summary>Small corpora and candidates for the tests.</summary>
internal static class Corpus
{
    public static Passage[] Of(params string[] texts) => [.. texts.Select((t, i) => new Passage { Docid = $"d{i}", Text = t })];

    public static Candidate Candidate(int passage, int rank, double dense = 0) =>
        new() { Passage = passage, Bm25 = 0, Dense = dense, Rrf = 1.0 / (60 + rank), RetrieverRank = rank };

    public static RankedCandidate Ranked(int passage, int rank, double dense = 0) =>
        new() { Candidate = Candidate(passage, rank, dense), Score = default, Fused = 1.0 / rank, Rank = rank };
}
