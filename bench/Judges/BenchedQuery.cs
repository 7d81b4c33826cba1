using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Bench.Judges;

/// <summary>A judged query with its candidates, best first.</summary>
/// <param name="Text">The query.</param>
/// <param name="Candidates">Indices into the corpus.</param>
/// <param name="Grades">The qrels, by docid.</param>
internal sealed record BenchedQuery(string Text, IReadOnlyList<int> Candidates, IReadOnlyDictionary<string, int> Grades)
{
    /// <summary>The best of its candidates alone.</summary>
    public BenchedQuery Take(int candidates) => this with { Candidates = [.. Candidates.Take(candidates)] };

    /// <summary>The candidates with what a judge said of them.</summary>
    public JudgedQuery With(IReadOnlyList<JudgeVerdict> verdicts, IReadOnlyList<Passage> corpus) => new()
    {
        Samples = [.. Candidates.Select((passage, place) => new JudgedSample(verdicts[place], IsRelevant(corpus[passage]), place, corpus[passage].Text.Split(' ').Length))],
    };

    /// <summary>Whether a passage answers it.</summary>
    public bool IsRelevant(Passage passage) => Grades.GetValueOrDefault(passage.Docid) > 0;
}
