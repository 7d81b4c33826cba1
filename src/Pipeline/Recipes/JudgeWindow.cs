using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>
/// Judges the candidates of a window of queries, passage by passage: see <see cref="PassageWindow"/>. Which queries share a window changes no score. A unit whose scores are in the ledger asks for nothing.
/// </summary>
internal sealed class JudgeWindow(RunContext run, RunModels models)
{
    private readonly List<(string Unit, string Input, int Candidates, (string Query, IReadOnlyList<int> Passages) Request)> _units = [];
    private readonly Dictionary<string, RecipeVerdict> _failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GeckoScores> _known = new(StringComparer.Ordinal);

    /// <summary>Why a unit has no scores: one of its passages does not fit the judge's context, or was never answered for; of several the first passage in the corpus.</summary>
    public IReadOnlyDictionary<string, RecipeVerdict> Failed => _failed;

    /// <summary>Adds a unit with the passages to judge.</summary>
    public void Add(Unit<GeckoCandidates> unit, IReadOnlyList<int> candidates, IReadOnlyList<int> random)
    {
        string query = unit.Value!.Query.Query;
        int[] passages = [.. candidates, .. random];
        string input = ContentHash.Of([models.JudgeIdentity, run.RetrievalIdentity, query, .. passages.Select(passage => run.Passages[passage].Docid), $"{random.Count}"]);
        if (run.Ledger.TryGet<GeckoScores>("gecko/judge", unit.Id, input, RunContext.Json) is { } known) _known[unit.Id] = known;
        else _units.Add((unit.Id, input, candidates.Count, (query, passages)));
    }

    /// <summary>Scores everything that was added.</summary>
    /// <returns>Scores by unit; a unit is missing where it <see cref="Failed"/>.</returns>
    public async Task<IReadOnlyDictionary<string, GeckoScores>> ScoreAsync(CancellationToken cancellationToken)
    {
        Reporting.StageCounter counter = run.Counters.Stage("gecko/passages judged");
        counter.Expected += _units.SelectMany(unit => unit.Request.Passages).Distinct().Count();
        IReadOnlyList<IReadOnlyList<RecipeVerdict>> verdicts = await PassageWindow.JudgeAsync(
            async (passage, queries, token) =>
            {
                counter.Enter();
                IReadOnlyList<RecipeVerdict> said = await models.Judges.ScoreAsync(passage, queries, token);
                counter.Count(said.All(verdict => verdict.Score is null));
                return said;
            },
            run.Passages,
            [.. _units.Select(unit => unit.Request)],
            models.JudgeParallelism,
            cancellationToken);
        for (int u = 0; u < _units.Count; u++)
        {
            var (id, input, candidates, request) = _units[u];
            (int Passage, RecipeVerdict Verdict)[] failed = [.. request.Passages.Zip(verdicts[u]).Where(judged => judged.Second.Score is null)];
            if (failed.Length > 0)
            {
                _failed[id] = failed.MinBy(judged => judged.Passage).Verdict;
                continue;
            }

            JudgeScore[] scores = [.. verdicts[u].Select(verdict => verdict.Score!.Value)]; // none failed
            GeckoScores found = new([.. scores.Take(candidates)], [.. scores.Skip(candidates)]);
            _known[id] = await run.MemoizeAsync("gecko/judge", id, input, _ => Task.FromResult(found), cancellationToken);
        }

        return _known;
    }
}
