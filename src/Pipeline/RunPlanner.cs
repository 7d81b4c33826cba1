using R2Synth.Pipeline.Recipes;

namespace R2Synth.Pipeline;

/// <summary>Says the price first: upper bounds of calls and tokens, before any of them.</summary>
internal static class RunPlanner
{
    private const int CharactersPerToken = 4; // English text under a byte-pair vocabulary, roughly
    private const int QueryTokens = 20;
    private const int DocumentTokens = 250;

    /// <summary>Plans a run from its settings and inputs; rejects on the way make the real run smaller.</summary>
    public static RunPlan Plan(R2SynthOptions options, RunRequest request, RunSetup setup)
    {
        List<PlannedStage> stages = [];
        bool weak = setup.Writer.Weak;
        foreach (string recipe in request.Recipes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (recipe == E5Recipe.Name)
            {
                int examples = request.Count ?? options.E5.Count;
                long count = examples, draws = weak ? options.E5.WeakNegativeDraws : 1;
                long brainstorms = E5Tasks.Calls(options.E5, examples, setup.Topics.Count);
                stages.Add(new PlannedStage("e5/brainstorm", brainstorms, brainstorms * 2 * DocumentTokens));
                long written = count * (weak ? options.E5.WeakDraws : 1);
                stages.Add(new PlannedStage("e5/generate", written, written * 3 * DocumentTokens));
                stages.Add(new PlannedStage("e5/negative", count * draws, count * draws * 3 * DocumentTokens));
                stages.Add(new PlannedStage("e5/judge", count * (draws + 3), count * (draws + 3) * DocumentTokens));
            }
            else
            {
                long count = Math.Min(request.Count ?? options.Gecko.Count, setup.Passages.Count), draws = weak ? options.Gecko.WeakDraws : options.Gecko.Draws;
                long passage = setup.Passages.Sum(p => (long)p.TitleAndText.Length) / Math.Max(1, setup.Passages.Count) / CharactersPerToken;
                long judged = count * (options.Mining.Candidates + 2);
                stages.Add(new PlannedStage("corpus/embed", setup.Passages.Count, setup.Passages.Count * passage));
                stages.Add(new PlannedStage("gecko/generate", count * (draws + (2 * draws)), (count * passage * 2) + (count * draws * 4 * QueryTokens)));
                stages.Add(new PlannedStage("gecko/judge", judged, (Math.Min(judged, setup.Passages.Count) * passage) + (judged * 2 * QueryTokens)));
            }
        }

        return new RunPlan { Stages = stages, Passages = setup.Passages.Count > 0 ? setup.Passages.Count : null };
    }
}
