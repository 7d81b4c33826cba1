using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>A query whose passages are found in the corpus.</summary>
/// <param name="Query">The query.</param>
/// <param name="Positives">Indices of its relevant passages, best grade first, then by ordinal docid; at least one.</param>
/// <param name="AlsoRelevant">Indices of passages that are relevant to the same words under another id.</param>
internal sealed record PlacedQuery(MineQuery Query, IReadOnlyList<int> Positives, IReadOnlyList<int> AlsoRelevant);

/// <summary>A query with its candidates, and a judge's verdicts by place; without a judge none.</summary>
internal sealed record FoundQuery(PlacedQuery Placed, CandidateSet Found, IReadOnlyDictionary<int, JudgeVerdict> Verdicts);

/// <summary>A query with its positives and negatives.</summary>
/// <param name="Found">The query.</param>
/// <param name="Positives">Its positives, best first.</param>
/// <param name="Negatives">Its negatives, hardest first.</param>
internal sealed record SelectedQuery(FoundQuery Found, IReadOnlyList<JudgedPassage> Positives, IReadOnlyList<JudgedPassage> Negatives);
