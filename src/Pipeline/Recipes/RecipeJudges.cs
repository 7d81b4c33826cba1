using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>The judges of a recipe's passages, at most two. As thread-safe as their model.</summary>
/// <param name="methods">Which.</param>
/// <param name="reading">Gecko's two from one reading.</param>
/// <param name="others">The judges where they are others, in the methods' order; each judges passage by passage.</param>
internal sealed class RecipeJudges(RecipeMethods methods, LikelihoodJudge reading, IReadOnlyList<IPointwiseJudge> others)
{
    /// <summary>Which judges these are.</summary>
    public RecipeMethods Methods => methods;

    /// <summary>Judges one passage for any number of queries. Fails closed: where one of two judges has no verdict there is none.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="queries">At least one, none of them blank.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One a query, in their order. A single judge's score stands for both.</returns>
    public async Task<IReadOnlyList<RecipeVerdict>> ScoreAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken)
    {
        try
        {
            if (methods.FromOneReading) return [.. (await reading.ScoreAsync(passage, queries, cancellationToken)).Select(score => new RecipeVerdict(score, "", ""))];
            List<IReadOnlyList<JudgeVerdict>> said = [];
            foreach (IPointwiseJudge judge in others) said.Add(await judge.ScoreAsync(passage, queries, cancellationToken));
            return [.. Enumerable.Range(0, queries.Count).Select(i => Of(said, i, passage))];
        }
        catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
        {
            return [.. queries.Select(_ => new RecipeVerdict(null, UnitFlow.FaultOf(e)!, e.Message))]; // not null: see the filter
        }
    }

    private RecipeVerdict Of(List<IReadOnlyList<JudgeVerdict>> said, int query, Passage passage)
    {
        for (int j = 0; j < said.Count; j++)
        {
            if (said[j][query].Fault is { } fault) return new RecipeVerdict(null, fault, $"The judge '{methods.Methods[j].Name}' has no verdict on '{passage.Docid}': {fault}");
        }

        return new RecipeVerdict(new JudgeScore(said[0][query].Score!.Value, said[^1][query].Score!.Value), "", ""); // no fault, so a score
    }
}
