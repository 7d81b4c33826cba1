using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>
/// Judges the candidates of a window of queries, passage by passage: a passage is read once for all the queries that want it. Which queries share a window
/// changes no score. A unit whose scores are in the ledger asks for nothing.
/// </summary>
internal sealed class JudgeWindow(RunContext run)
{
    private readonly SortedDictionary<int, List<(string Unit, int Place)>> _wanted = [];
    private readonly Dictionary<string, (string Query, string Input, int Candidates, JudgeScore?[] Scores)> _units = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Reason, string Detail)> _failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GeckoScores> _known = new(StringComparer.Ordinal);

    /// <summary>Why a unit has no scores, and the words for it: one of its passages does not fit the judge's context, or was never answered for.</summary>
    public IReadOnlyDictionary<string, (string Reason, string Detail)> Failed => _failed;

    /// <summary>Adds a unit with the passages to judge.</summary>
    public void Add(Unit<GeckoCandidates> unit, IReadOnlyList<int> candidates, IReadOnlyList<int> random)
    {
        string query = unit.Value!.Query.Query;
        int[] passages = [.. candidates, .. random];
        string input = ContentHash.Of([run.JudgeIdentity, run.RetrievalIdentity, query, .. passages.Select(passage => run.Passages[passage].Docid), $"{random.Count}"]);
        if (run.Ledger.TryGet<GeckoScores>("gecko/judge", unit.Id, input, RunContext.Json) is { } known)
        {
            _known[unit.Id] = known;
            return;
        }

        _units[unit.Id] = (query, input, candidates.Count, new JudgeScore?[passages.Length]);
        for (int place = 0; place < passages.Length; place++)
        {
            if (!_wanted.TryGetValue(passages[place], out List<(string, int)>? places)) _wanted[passages[place]] = places = [];
            places.Add((unit.Id, place));
        }
    }

    /// <summary>Scores everything that was added.</summary>
    /// <returns>Scores by unit; a unit is missing where it <see cref="Failed"/>.</returns>
    public async Task<IReadOnlyDictionary<string, GeckoScores>> ScoreAsync(CancellationToken cancellationToken)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = run.JudgeParallelism, CancellationToken = cancellationToken };
        Reporting.StageCounter counter = run.Counters.Stage("gecko/passages judged");
        counter.Expected += _wanted.Count;
        Dictionary<int, (string, string)> faults = [];
        await Parallel.ForEachAsync(_wanted, parallel, async (wanted, token) =>
        {
            counter.Enter();
            try
            {
                IReadOnlyList<JudgeScore> scores = await run.Judge.ScoreAsync(run.Passages[wanted.Key], [.. wanted.Value.Select(place => _units[place.Unit].Query)], token);
                for (int i = 0; i < scores.Count; i++) _units[wanted.Value[i].Unit].Scores[wanted.Value[i].Place] = scores[i]; // each place is written once
                counter.Leave();
            }
            catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
            {
                counter.Reject();
                lock (faults) faults[wanted.Key] = (UnitFlow.FaultOf(e)!, e.Message); // not null: see the filter
            }
        });
        foreach (int passage in faults.Keys.Order())
        {
            foreach ((string id, _) in _wanted[passage]) _failed.TryAdd(id, faults[passage]); // of several the first passage's, whichever failed first
        }

        foreach ((string id, var unit) in _units.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (unit.Scores.Any(score => score is null)) continue;
            JudgeScore[] scores = [.. unit.Scores.Select(score => score!.Value)]; // none is null, see the line above
            GeckoScores found = new([.. scores.Take(unit.Candidates)], [.. scores.Skip(unit.Candidates)]);
            _known[id] = await run.MemoizeAsync("gecko/judge", id, unit.Input, _ => Task.FromResult(found), cancellationToken);
        }

        return _known;
    }
}
