using System.Globalization;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// Lets the model write the ranking of a window of passages, and slides the window from the back to the front. The score is the reversed place: n for the best of n, 1 for the last.
/// A broken ranking is repaired; one that names too few of its window, or none, fails the query, for its order would be the retriever's.
/// </summary>
/// <remarks>RankGPT (2304.09542): window 20, step 10, 300 words a passage. Depends on the input's order: see <see cref="Permutation"/> and methods that judge both orders.</remarks>
internal sealed class ListwiseJudge(IChatClient chat, Prompt prompt, JudgesOptions options, ReplyCounts counts) : PassageJudge(JudgeNames.Listwise, counts)
{
    private readonly StructuredCaller _caller = new(chat);
    private readonly int _window = options.ListwiseWindow;
    private readonly int _step = Math.Min(options.ListwiseStep, options.ListwiseWindow);
    private readonly int _words = options.ListwiseWords;
    private readonly double _fewestNamed = options.ListwiseFewestNamed;

    /// <inheritdoc/>
    protected override JudgeCost CostOf(int passages)
    {
        IReadOnlyList<(int Begin, int End)> windows = SlidingWindows.Of(passages, _window, _step);
        return new JudgeCost(windows.Count, windows.Sum(window => window.End - window.Begin));
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        int[] order = [.. Enumerable.Range(0, passages.Count)];
        foreach ((int begin, int end) in SlidingWindows.Of(passages.Count, _window, _step))
        {
            int[] window = order[begin..end];
            (int[]? ranked, string? fault) = await RankAsync(query, [.. window.Select(passage => passages[passage])], cancellationToken);
            if (ranked is null) return AllFailed(passages.Count, fault!); // one of the two is there
            for (int place = 0; place < ranked.Length; place++) order[begin + place] = window[ranked[place]];
        }

        JudgeVerdict[] verdicts = new JudgeVerdict[passages.Count];
        for (int place = 0; place < order.Length; place++) verdicts[order[place]] = JudgeVerdict.Of(order.Length - place);
        return verdicts;
    }

    private async Task<(int[]? Order, string? Fault)> RankAsync(string query, IReadOnlyList<Passage> window, CancellationToken cancellationToken)
    {
        Dictionary<string, object?> slots = new()
        {
            ["query"] = query,
            ["passages"] = window.Select((passage, i) => PromptPassage.Of(passage, (i + 1).ToString(CultureInfo.InvariantCulture), _words)).ToArray(),
            ["count"] = window.Count,
        };
        StructuredReply reply;
        try
        {
            reply = await _caller.AskAsync(prompt, slots, seed: 0, cancellationToken);
        }
        catch (Exception e) when (JudgeFaults.Of(e) is not null)
        {
            return (null, JudgeFaults.Of(e));
        }

        if (reply.Fault == ReplyFault.Refused)
        {
            Counts.CountReply(JudgeFaults.Refused);
            return (null, JudgeFaults.Refused);
        }

        Permutation permutation = Permutation.Read(reply.Text, window.Count);
        Counts.CountReply(permutation.Outcome);
        if (permutation.Named == 0) return (null, JudgeFaults.WrongFormat);
        return permutation.Named < _fewestNamed * window.Count ? (null, JudgeFaults.Missing) : (permutation.Order, null);
    }
}
