using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Picks by the weights of the passages' letters: no reply has to be read.</summary>
internal sealed class ScoredPick(ITokenScorer scorer, Prompt prompt, int words) : IPassagePick
{
    private static readonly Dictionary<string, object?> NoSlots = [];

    private readonly string _verdict = prompt.Render("verdict", NoSlots);

    /// <inheritdoc/>
    public int Most => prompt.Labels.Count;

    /// <inheritdoc/>
    public async Task<(int? Best, string? Fault)> PickAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        string[] labels = [.. prompt.Labels.Take(passages.Count)];
        PromptPassage[] shown = [.. passages.Select((passage, i) => PromptPassage.Of(passage, labels[i].Trim(), words))];
        Continuation continuation = new()
        {
            Lead = prompt.Render("passages", new Dictionary<string, object?> { ["passages"] = shown }),
            Text = "",
            Then = _verdict,
            Labels = labels,
        };
        try
        {
            string prefix = prompt.Render("query", new Dictionary<string, object?> { ["query"] = query });
            ContinuationScore score = (await scorer.ScoreAsync(prefix, [continuation], cancellationToken))[0];
            (double[]? shares, string? fault) = LabelWeights.Of(score.Labels);
            if (shares is null) return (null, fault);
            double best = score.Labels.Max();
            // Two that are equally good are no answer: the first of them would win by its place.
            return score.Labels.Count(label => label == best) == 1 ? (score.Labels.ToList().IndexOf(best), null) : (null, JudgeFaults.NoLabel);
        }
        catch (Exception e) when (JudgeFaults.Of(e) is not null)
        {
            return (null, JudgeFaults.Of(e));
        }
    }
}
