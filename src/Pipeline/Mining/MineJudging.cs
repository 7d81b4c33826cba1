using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>
/// Judges candidates window by window, in the queries' order. On the first window each judge is measured against the judgments that the user has: it must earn its vote. Judges with a vote become one,
/// a single one judges alone; those without are asked all the same, for their scores. A pointwise judge reads a passage once for all queries of a window.
/// </summary>
/// <param name="setup">The setup, with a judge.</param>
/// <param name="counter">Counts queries.</param>
internal sealed class MineJudging(MineSetup setup, StageCounter counter)
{
    private readonly IReadOnlyList<MineJudge> _judges = setup.Judges.All.Count > 0 ? setup.Judges.All : throw new ArgumentException("There is no judge.", nameof(setup));
    private readonly JudgeAgreements _agreements = new([.. setup.Judges.All.Select(judge => (judge.Name, judge.Method.Threshold))]);
    private int[] _voting = [];
    private CombinedJudge? _combined;
    private FalseNegativeCascade? _cascade;

    /// <summary>What each judge was found to be worth; none before the first window.</summary>
    public IReadOnlyList<JudgeVote> Judges { get; private set; } = [];

    /// <summary>How far each two judges agree on the candidates so far.</summary>
    public IReadOnlyList<JudgeAgreement> Agreements => [.. _agreements.Read().Select(agreement => agreement with { Recipe = MineRecipe.Name })];

    /// <summary>Whether a judge's order counts.</summary>
    public bool Votes => _voting.Length > 0;

    /// <summary>The name of the judge that the verdicts are of: the only one, the only one with a vote, or those that are combined.</summary>
    public string Name => _combined?.Name ?? _judges[_voting.FirstOrDefault()].Name;

    /// <summary>The check for false negatives, by the judges that have a vote.</summary>
    public FalseNegativeCascade Cascade => _cascade ?? throw new InvalidOperationException("No judge has a vote, or false negatives are not looked for.");

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
        Reading[][] readings = new Reading[_judges.Count][];
        for (int j = 0; j < _judges.Count; j++) readings[j] = await ReadAsync(_judges[j].Judge, living, places, cancellationToken);
        if (Judges.Count == 0) await CalibrateAsync(living, places, readings, cancellationToken);
        Queue<Unit<FoundQuery>> judged = new(living.Select((unit, u) => Judged(unit, places[u], [.. readings.Select(judge => judge[u])])));
        return [.. window.Select(unit => unit.Reject is null ? judged.Dequeue() : unit)];
    }

    private async Task CalibrateAsync(Unit<FoundQuery>[] units, int[][] places, Reading[][] readings, CancellationToken cancellationToken)
    {
        List<JudgeVote> votes = [];
        for (int j = 0; j < _judges.Count; j++)
            votes.Add(JudgeVote.From(await MeasureAsync(_judges[j], units, places, readings[j], cancellationToken), setup.Options.Mining.Voters, MineRecipe.Name));
        Judges = votes;
        _voting = [.. Enumerable.Range(0, votes.Count).Where(j => votes[j].Votes)];
        int[] asOne = Votes ? _voting : [.. Enumerable.Range(0, votes.Count)];
        if (asOne.Length > 1)
        {
            double[]? weights = Votes && setup.Options.Judges.Weights == JudgeWeighting.ByWorth ? [.. asOne.Select(j => votes[j].Worth)] : null;
            _combined = setup.Judges.Combined([.. asOne.Select(j => _judges[j].Judge)], weights);
        }

        if (Votes) _cascade = setup.Judges.Cascade(_voting, _combined ?? _judges[_voting[0]].Judge);
    }

    private int[] PlacesOf(FoundQuery found)
    {
        HashSet<int> positives = [.. found.Placed.Positives];
        return [.. Enumerable.Range(0, found.Found.Candidates.Count).Where(i => i < setup.Options.Mining.Candidates || positives.Contains(found.Found.Candidates[i].Passage))];
    }

    private async Task<Reading[]> ReadAsync(IPassageJudge judge, Unit<FoundQuery>[] units, int[][] places, CancellationToken cancellationToken)
    {
        if (judge is IPointwiseJudge pointwise)
        {
            (string, IReadOnlyList<int>)[] requests = [.. units.Select((unit, u) => (
                unit.Value!.Placed.Query.Text, (IReadOnlyList<int>)[.. places[u].Select(place => unit.Value.Found.Candidates[place].Passage)]))];
            IReadOnlyList<IReadOnlyList<JudgeVerdict>> verdicts = await PassageWindow.JudgeAsync(pointwise.ScoreAsync, setup.Passages, requests, setup.Judges.Parallelism, cancellationToken);
            return [.. verdicts.Select(of => new Reading(of, null))];
        }

        Reading[] readings = new Reading[units.Length];
        await ForEachAsync(units.Length, async (u, token) => readings[u] = await ReadAsync(judge, units[u].Value!, places[u], token), cancellationToken);
        return readings;
    }

    private async Task<Reading> ReadAsync(IPassageJudge judge, FoundQuery found, int[] places, CancellationToken cancellationToken)
    {
        try
        {
            return new Reading(await judge.JudgeAsync(found.Placed.Query.Text, PassagesAt(found, places), cancellationToken), null);
        }
        catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
        {
            return new Reading([.. places.Select(_ => JudgeVerdict.Failed(UnitFlow.FaultOf(e)!))], e.Message); // not null: see the filter
        }
    }

    // Fails closed where a judge votes: what one with a vote could not judge has no order. One without a vote takes nothing away.
    private Unit<FoundQuery> Judged(Unit<FoundQuery> unit, int[] places, Reading[] readings)
    {
        FoundQuery found = unit.Value!;
        _agreements.Add([.. readings.Select(reading => (IReadOnlyList<double?>)[.. reading.Verdicts.Select(verdict => verdict.Score)])]);
        IReadOnlyList<JudgeVerdict> verdicts = AsOne([.. readings.Select(reading => reading.Verdicts)]);
        bool refused = Votes && verdicts.All(verdict => verdict.Score is null);
        counter.Count(refused);
        if (!refused) return unit.Pass(found with { Verdicts = places.Zip(verdicts).ToDictionary(judged => judged.First, judged => judged.Second) });
        string fault = verdicts[0].Fault!; // no score, so there is one
        string? detail = _voting.Select(j => readings[j].Detail).FirstOrDefault(one => one is not null);
        string reason = detail is not null || fault == JudgeFaults.NoGoldAnswer ? fault : FalseNegativeReasons.JudgeFailed;
        return unit.Refuse<FoundQuery>("judge", reason, $"{found.Placed.Query.Qid}: {detail ?? fault}");
    }

    private IReadOnlyList<JudgeVerdict> AsOne(IReadOnlyList<JudgeVerdict>[] verdicts)
    {
        if (verdicts.Length == 1) return verdicts[0];
        int[] asOne = Votes ? _voting : [.. Enumerable.Range(0, verdicts.Length)];
        IReadOnlyList<JudgeVerdict> one = _combined?.Combine([.. asOne.Select(j => verdicts[j])]) ?? verdicts[asOne[0]];
        string[] names = [.. _judges.Select(judge => judge.Name)];
        return [.. one.Select((verdict, i) => verdict.With(names, [.. verdicts.Select(judge => judge[i])]))];
    }

    // A judge that sees the other passages is measured on drawn orders too: in the retriever's it would be credited with what the retriever knew.
    private async Task<JudgeQuality> MeasureAsync(MineJudge judge, Unit<FoundQuery>[] units, int[][] places, Reading[] readings, CancellationToken cancellationToken)
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
                if (!judge.Method.SeesOthers || readings[u].Detail is not null) return;
                try
                {
                    UnitSeed chance = new(setup.Request.Seed, $"{MineRecipe.Name}/judge-orders", units[u].Ordinal);
                    queries[u] = queries[u] with { Orders = await JudgeTrial.OrdersAsync(judge.Judge, found.Placed.Query.Text, passages, relevant, chance, token) };
                }
                catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
                {
                    queries[u] = new JudgedQuery { Samples = [] }; // not measured: the retriever's order alone would flatter it
                }
            },
            cancellationToken);
        return JudgeQuality.Measure(judge.Name, queries, setup.Request.Seed, judge.Method.Certain);
    }

    private Passage[] PassagesAt(FoundQuery found, int[] places) => [.. places.Select(place => setup.Passages[found.Found.Candidates[place].Passage])];

    private Task ForEachAsync(int count, Func<int, CancellationToken, Task> act, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = setup.Judges.Parallelism, CancellationToken = cancellationToken },
        async (i, token) => await act(i, token)); // each index writes its own place

    private sealed record Reading(IReadOnlyList<JudgeVerdict> Verdicts, string? Detail);
}
