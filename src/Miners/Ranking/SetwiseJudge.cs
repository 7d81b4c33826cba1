using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// Heapsort of the best k by picking the best of a few passages at a time. The score is the reversed place for the best k (n for the best of n) and 0 for all others, between which the method
/// does not tell. A pick that fails leaves the heap in no order, so it fails the query.
/// </summary>
/// <remarks>Setwise (2310.09497; ielab/llm-rankers): sets of c + 1 = 3 to 4, k = 10; about 125 calls for 100 passages. There an invalid reply is the first passage; here it is none.</remarks>
internal sealed class SetwiseJudge : PassageJudge
{
    private readonly IPassagePick _pick;
    private readonly int _children, _top;

    /// <summary>Creates a judge.</summary>
    /// <param name="pick">Picks.</param>
    /// <param name="size">Passages a set, at least 2.</param>
    /// <param name="top">Passages that are put in order, at least 1.</param>
    /// <param name="counts">Where failures are counted.</param>
    public SetwiseJudge(IPassagePick pick, int size, int top, ReplyCounts counts)
        : base(JudgeNames.Setwise, counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, pick.Most);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        (_pick, _children, _top) = (pick, size - 1, top);
    }

    /// <inheritdoc/>
    /// <remarks>An upper bound: a passage that sinks less far costs fewer calls.</remarks>
    protected override JudgeCost CostOf(int passages)
    {
        int calls = 0;
        for (int node = LastParent(passages); node >= 0; node--) calls += Levels(node, passages);
        for (int taken = 1; taken < Math.Min(_top, passages); taken++) calls += Levels(0, passages - taken);
        return new JudgeCost(calls, calls * (_children + 1));
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        int[] heap = [.. Enumerable.Range(0, passages.Count)];
        for (int node = LastParent(heap.Length); node >= 0; node--)
        {
            if (await SinkAsync(node, heap.Length) is { } fault) return AllFailed(heap.Length, fault);
        }

        JudgeVerdict[] verdicts = [.. Enumerable.Repeat(JudgeVerdict.Of(0), heap.Length)];
        for (int taken = 1; ; taken++)
        {
            int last = heap.Length - taken;
            verdicts[heap[0]] = JudgeVerdict.Of(heap.Length - taken + 1);
            if (taken == Math.Min(_top, heap.Length)) return verdicts;
            heap[0] = heap[last];
            if (await SinkAsync(0, last) is { } fault) return AllFailed(heap.Length, fault);
        }

        async Task<string?> SinkAsync(int node, int length)
        {
            for (int first = (_children * node) + 1; first < length; first = (_children * node) + 1)
            {
                int[] places = [node, .. Enumerable.Range(first, Math.Min(_children, length - first))];
                (int? best, string? fault) = await _pick.PickAsync(query, [.. places.Select(place => passages[heap[place]])], cancellationToken);
                if (best is not { } winner) return fault;
                if (winner == 0) return null;
                (heap[node], heap[places[winner]]) = (heap[places[winner]], heap[node]);
                node = places[winner];
            }

            return null;
        }
    }

    private int LastParent(int length) => length < 2 ? -1 : (length - 2) / _children;

    // Picks on the longest way down, which is along the first children.
    private int Levels(int node, int length)
    {
        int levels = 0;
        for (; (_children * node) + 1 < length; node = (_children * node) + 1) levels++;
        return levels;
    }
}
