using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Pairwise ranking prompting: each pair is asked about in both orders, so that a preference for a place cancels out.</summary>
/// <remarks>
/// 2306.17563. <see cref="PairwiseMethod.AllPair"/>: +1 to the winner, 0.5 each when the two orders disagree; n (n - 1) calls. <see cref="PairwiseMethod.Sliding"/>: K passes of comparing
/// neighbours from the back, swapped when the later one wins in both orders. Where calls fail in allpair, the fewest passages that have a part in all failures are taken out and fail, so
/// that the others are compared with all that remain; in sliding a failure fails the query.
/// </remarks>
internal sealed class PairwiseJudge(IPassagePick pick, PairwiseMethod method, int passes, ReplyCounts counts) : PassageJudge(JudgeNames.Pairwise, counts)
{
    /// <inheritdoc/>
    protected override JudgeCost CostOf(int passages)
    {
        int pairs = method == PairwiseMethod.AllPair ? passages * (passages - 1) / 2 : Enumerable.Range(0, Math.Min(passes, passages - 1)).Sum(pass => passages - 1 - pass);
        return new JudgeCost(pairs * 2, pairs * 4);
    }

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken) =>
        method == PairwiseMethod.AllPair ? AllPairsAsync(query, passages, cancellationToken) : SlideAsync(query, passages, cancellationToken);

    private async Task<IReadOnlyList<JudgeVerdict>> AllPairsAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        (int First, int Second)[] pairs = [.. Enumerable.Range(0, passages.Count).SelectMany(i => Enumerable.Range(i + 1, passages.Count - i - 1).Select(j => (i, j)))];
        (double? Share, string? Fault)[] shares = await Task.WhenAll(pairs.Select(pair => CompareAsync(query, passages[pair.First], passages[pair.Second], cancellationToken)));
        Dictionary<int, string> failed = Culprits(pairs, shares);
        double[] wins = new double[passages.Count];
        for (int i = 0; i < pairs.Length; i++)
        {
            if (shares[i].Share is not { } share || failed.ContainsKey(pairs[i].First) || failed.ContainsKey(pairs[i].Second)) continue;
            wins[pairs[i].First] += share;
            wins[pairs[i].Second] += 1 - share;
        }

        return [.. wins.Select((sum, i) => failed.TryGetValue(i, out string? fault) ? JudgeVerdict.Failed(fault) : JudgeVerdict.Of(sum))];
    }

    // Taken out one by one: whoever has a part in most failures, of equals the later.
    private static Dictionary<int, string> Culprits((int First, int Second)[] pairs, (double? Share, string? Fault)[] shares)
    {
        List<(int First, int Second, string Fault)> open = [.. pairs.Select((pair, i) => (pair.First, pair.Second, shares[i].Fault!)).Where(pair => pair.Item3 is not null)];
        Dictionary<int, string> failed = [];
        while (open.Count > 0)
        {
            int worst = open.SelectMany(pair => new[] { pair.First, pair.Second }).GroupBy(i => i).MaxBy(group => (group.Count(), group.Key))!.Key; // open is not empty
            failed[worst] = open.First(pair => pair.First == worst || pair.Second == worst).Fault;
            open.RemoveAll(pair => pair.First == worst || pair.Second == worst);
        }

        return failed;
    }

    private async Task<IReadOnlyList<JudgeVerdict>> SlideAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        int[] order = [.. Enumerable.Range(0, passages.Count)];
        for (int pass = 0; pass < Math.Min(passes, order.Length - 1); pass++)
        {
            for (int place = order.Length - 2; place >= pass; place--)
            {
                (double? share, string? fault) = await CompareAsync(query, passages[order[place]], passages[order[place + 1]], cancellationToken);
                if (share is null) return AllFailed(order.Length, fault!); // one of the two is there
                if (share == 0) (order[place], order[place + 1]) = (order[place + 1], order[place]);
            }
        }

        JudgeVerdict[] verdicts = new JudgeVerdict[order.Length];
        for (int place = 0; place < order.Length; place++) verdicts[order[place]] = JudgeVerdict.Of(order.Length - place);
        return verdicts;
    }

    /// <summary>The first one's share of the win: 1, 0.5 where the orders disagree, 0.</summary>
    private async Task<(double? Share, string? Fault)> CompareAsync(string query, Passage first, Passage second, CancellationToken cancellationToken)
    {
        (int? Best, string? Fault)[] picks = await Task.WhenAll(pick.PickAsync(query, [first, second], cancellationToken), pick.PickAsync(query, [second, first], cancellationToken));
        if ((picks[0].Fault ?? picks[1].Fault) is { } fault) return (null, fault);
        return (((picks[0].Best == 0 ? 1 : 0) + (picks[1].Best == 1 ? 1 : 0)) / 2.0, null);
    }
}
