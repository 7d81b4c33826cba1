using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>
/// Judges candidates window by window, in the queries' order. On the first window the judge is measured against the judgments that the user has: it must earn its vote. A pointwise judge reads a
/// passage once for all queries of a window.
/// </summary>
/// <param name="setup">The setup, with a judge.</param>
/// <param name="counter">Counts queries.</param>
internal sealed class MineJudging(MineSetup setup, StageCounter counter)
{
    private readonly IPassageJudge _judge = setup.Judge ?? throw new ArgumentException("There is no judge.", nameof(setup));

    /// <summary>What the judge was found to be worth; null before the first window.</summary>
    public JudgeVote? Vote { get; private set; }

    /// <summary>Whether the judge's order counts.</summary>
    public bool Votes => Vote is { Votes: true };

    /// <summary>Judges a window: the first candidates of each query and its positives; what is not judged keeps its place behind them.</summary>
    public async ValueTask<IReadOnlyList<Unit<FoundQuery>>> JudgeAsync(IReadOnlyList<Unit<FoundQuery>> window, CancellationToken cancellationToken)
    {
        foreach (Unit<FoundQuery> unit in window)
        {
            if (unit.Reject is not null) counter.ExpectLess();
            else counter.Enter();
        }

        Unit<FoundQuery>[] living = [.. window.Where(unit => unit.Reject is null)];
        int[][] places = [.. living.Select(unit => PlacesOf(unit.Value!))]; // a living unit has a value, here and below
        Reading[] readings = await ReadAsync(living, places, cancellationToken);
        Vote ??= JudgeVote.From(await MeasureAsync(living, places, readings, cancellationToken), setup.Options.Mining.Voters, MineRecipe.Name);
        int next = 0;
        return [.. window.Select(unit => unit.Reject is null ? Judged(unit, places[next], readings[next++]) : unit)];
    }

    private int[] PlacesOf(FoundQuery found)
    {
        HashSet<int> positives = [.. found.Placed.Positives];
        return [.. Enumerable.Range(0, found.Found.Candidates.Count).Where(i => i < setup.Options.Mining.Candidates || positives.Contains(found.Found.Candidates[i].Passage))];
    }

    private async Task<Reading[]> ReadAsync(Unit<FoundQuery>[] units, int[][] places, CancellationToken cancellationToken)
    {
        if (_judge is IPointwiseJudge pointwise)
        {
            (string, IReadOnlyList<int>)[] requests = [.. units.Select((unit, u) => (
                unit.Value!.Placed.Query.Text, (IReadOnlyList<int>)[.. places[u].Select(place => unit.Value.Found.Candidates[place].Passage)]))];
            IReadOnlyList<IReadOnlyList<JudgeVerdict>> verdicts = await PassageWindow.JudgeAsync(pointwise, setup.Passages, requests, setup.JudgeParallelism, cancellationToken);
            return [.. verdicts.Select(of => new Reading(of, null))];
        }

        Reading[] readings = new Reading[units.Length];
        await ForEachAsync(units.Length, async (u, token) => readings[u] = await ReadAsync(units[u].Value!, places[u], token), cancellationToken);
        return readings;
    }

    private async Task<Reading> ReadAsync(FoundQuery found, int[] places, CancellationToken cancellationToken)
    {
        try
        {
            return new Reading(await _judge.JudgeAsync(found.Placed.Query.Text, PassagesAt(found, places), cancellationToken), null);
        }
        catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
        {
            return new Reading([.. places.Select(_ => JudgeVerdict.Failed(UnitFlow.FaultOf(e)!))], e.Message); // not null: see the filter
        }
    }

    // Fails closed where the judge votes: what it could not judge at all has no order. One without a vote takes nothing away.
    private Unit<FoundQuery> Judged(Unit<FoundQuery> unit, int[] places, Reading reading)
    {
        FoundQuery found = unit.Value!;
        bool refused = Votes && reading.Verdicts.All(verdict => verdict.Score is null);
        counter.Count(refused);
        if (!refused) return unit.Pass(found with { Verdicts = places.Zip(reading.Verdicts).ToDictionary(judged => judged.First, judged => judged.Second) });
        string fault = reading.Verdicts[0].Fault!; // no score, so there is one
        string reason = reading.Detail is not null || fault == JudgeFaults.NoGoldAnswer ? fault : FalseNegativeReasons.JudgeFailed;
        return unit.Refuse<FoundQuery>("judge", reason, $"{found.Placed.Query.Qid}: {reading.Detail ?? fault}");
    }

    // A judge that sees the other passages is measured on drawn orders too: in the retriever's it would be credited with what the retriever knew.
    private async Task<JudgeQuality> MeasureAsync(Unit<FoundQuery>[] units, int[][] places, Reading[] readings, CancellationToken cancellationToken)
    {
        JudgedQuery[] queries = new JudgedQuery[units.Length];
        await ForEachAsync(
            units.Length,
            async (u, token) =>
            {
                FoundQuery found = units[u].Value!;
                HashSet<int> known = [.. found.Placed.Positives, .. found.Placed.AlsoRelevant];
                Passage[] passages = PassagesAt(found, places[u]);
                bool[] relevant = [.. places[u].Select(place => known.Contains(found.Found.Candidates[place].Passage))];
                queries[u] = new JudgedQuery { Samples = JudgeTrial.Samples(readings[u].Verdicts, passages, relevant) };
                if (!setup.JudgeMethod.SeesOthers || readings[u].Detail is not null) return;
                try
                {
                    UnitSeed chance = new(setup.Request.Seed, $"{MineRecipe.Name}/judge-orders", units[u].Ordinal);
                    queries[u] = queries[u] with { Orders = await JudgeTrial.OrdersAsync(_judge, found.Placed.Query.Text, passages, relevant, chance, token) };
                }
                catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
                {
                    queries[u] = new JudgedQuery { Samples = [] }; // not measured: the retriever's order alone would flatter it
                }
            },
            cancellationToken);
        return JudgeQuality.Measure(_judge.Name, queries, setup.Request.Seed, setup.JudgeMethod.Certain);
    }

    private Passage[] PassagesAt(FoundQuery found, int[] places) => [.. places.Select(place => setup.Passages[found.Found.Candidates[place].Passage])];

    private Task ForEachAsync(int count, Func<int, CancellationToken, Task> act, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = setup.JudgeParallelism, CancellationToken = cancellationToken },
        async (i, token) => await act(i, token)); // each index writes its own place

    private sealed record Reading(IReadOnlyList<JudgeVerdict> Verdicts, string? Detail);
}
