using System.Globalization;
using R2Synth.Generators.Gecko;
using R2Synth.Inference.Prompts;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Pipeline.Filters;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>Gecko: seed passage, task and query, candidates, two judges, relabelled positive, hard negatives.</summary>
/// <remarks>Gecko (arXiv 2403.20327, section 3). Relabel first, then take negatives: the other order hurts (its Table 3).</remarks>
internal sealed class GeckoRecipe(RunContext run, RunModels models)
{
    /// <summary>The recipe's name.</summary>
    public const string Name = "gecko";

    private const int RandomPassages = 2;
    private readonly Prompt _prompt = run.Prompts.Get(GeckoGenerator.PromptName, models.WeakWriter);
    private readonly NegativeRule _rule = NegativeRules.From(run.Options.Mining, NegativeRules.OfRecipes);
    private readonly PositiveRule _positives = PositiveRule.From(run.Options.Mining);
    private readonly JudgeAgreements _agreements = models.Judges.Methods.Agreements();
    private Voters _voters;

    /// <summary>How far the judges agree on the candidates; complete when all groups are made.</summary>
    public IEnumerable<JudgeAgreement> Agreements => _agreements.Read().Select(agreement => agreement with { Recipe = Name });

    private int Draws => DrawsOf(run.Options.Gecko, models.WeakWriter);

    private int Queries => run.Options.Gecko.Queries;

    private long Units => (long)run.SeedCount * Queries;

    /// <summary>The whole recipe, from seeds to groups in the order of their ids.</summary>
    public Flow<Unit<Group>> Groups() => Flow
        .From(Seeds())
        .Units("generate", models.WriterParallelism, Counter("generate"), WriteAsync)
        .InOrder()
        .Units("dedup", 1, Counter("dedup"), (unit, _) => ValueTask.FromResult(run.DropDuplicate(unit, unit.Value!.Query)))
        .Units("candidates", run.RetrievalParallelism, Counter("candidates"), FindAsync)
        .Batch(run.Options.Mining.CalibrationGroups)
        .Stage(Counter("judge").Name, 1, JudgeAsync)
        .Flatten()
        .Units("select", 1, Counter("select"), Select)
        .InOrder();

    /// <summary>Drafts that a writer makes for a seed passage.</summary>
    public static int DrawsOf(GeckoOptions options, bool weakWriter) => weakWriter ? options.WeakDraws : options.Draws;

    private Reporting.StageCounter Counter(string stage) => run.Counter(Name, stage, Units);

    // Step 1: seed passages at random, each once; a unit is one query of a seed.
    private IEnumerable<Unit<int>> Seeds() =>
        run.Seeds.SelectMany(passage => Enumerable.Repeat(passage, Queries))
            .Select((passage, ordinal) => UnitFlow.Begin(Name, ordinal, passage));

    // Step 2: a language model reads the seed and writes a task and a query.
    private async ValueTask<Unit<GeckoQuery>> WriteAsync(Unit<int> unit, CancellationToken cancellationToken)
    {
        Passage seed = run.Passages[unit.Value];
        string input = ContentHash.Of(
            models.WriterIdentity, _prompt.Hash, models.JudgeIdentity, Draws.ToString(CultureInfo.InvariantCulture), Queries.ToString(CultureInfo.InvariantCulture),
            run.Options.Gecko.MinGrounding.ToString("R", CultureInfo.InvariantCulture), run.Request.Seed.ToString(CultureInfo.InvariantCulture), seed.Docid, seed.Title, seed.Text);
        GeckoWritten written = await run.MemoizeAsync("gecko/generate", unit.Id, input, token => DrawAsync(unit, seed, token), cancellationToken);
        return written.Query is { } query ? unit.Pass(query) : unit.Refuse<GeckoQuery>("generate", written.Reason, written.Detail);
    }

    private async Task<GeckoWritten> DrawAsync(Unit<int> unit, Passage seed, CancellationToken cancellationToken)
    {
        GeckoGenerator generator = new(models.Writer, _prompt);
        UnitSeed chance = run.Chance("gecko/generate", unit.Ordinal / Queries); // a seed's units share its drafts, which are asked for once
        int[] samplerSeeds = [.. Enumerable.Range(0, Draws).Select(_ => chance.NextSamplerSeed())];
        GeckoDraft[] drafts = await Task.WhenAll(samplerSeeds.Select(samplerSeed => generator.DrawAsync(seed, samplerSeed, cancellationToken)));
        List<(GeckoDraft Draft, string? Reason)> checkedDrafts = [.. drafts.Select(draft => (draft, draft.Fault ?? QueryFilter.Check(draft.Query, seed.Text, seed.Title)))];
        List<GeckoDraft> usable = [.. checkedDrafts.Where(d => d.Reason is null).Select(d => d.Draft).DistinctBy(d => d.Query, StringComparer.OrdinalIgnoreCase)];
        if (usable.Count == 0)
        {
            return new GeckoWritten(null, checkedDrafts[0].Reason!, string.Join(" | ", checkedDrafts.Select(d => $"{d.Reason}: {(d.Draft.Fault is null ? d.Draft.Query : d.Draft.Detail)}")));
        }

        string[] queries = [.. usable.Select(draft => draft.Query)];
        IReadOnlyList<JudgeScore> withSeed = await models.Judge.ScoreAsync(seed, queries, cancellationToken);
        IReadOnlyList<double> without = await models.Judge.ScoreWithoutPassageAsync(queries, cancellationToken);
        double[] grounding = [.. withSeed.Zip(without, (with, alone) => LikelihoodJudge.Grounding(with.Ql, alone))];
        int place = (int)(unit.Ordinal % Queries);
        if (place >= usable.Count) return new GeckoWritten(null, "no-further-query", $"{usable.Count} of {Draws} drafts are distinct and usable");
        int best = Enumerable.Range(0, usable.Count).OrderByDescending(i => grounding[i]).ElementAt(place); // stable: ties as drawn
        if (grounding[best] < run.Options.Gecko.MinGrounding)
        {
            return new GeckoWritten(null, "not-grounded", string.Create(CultureInfo.InvariantCulture, $"grounding {grounding[best]:F2}, allowed from {run.Options.Gecko.MinGrounding:F2}: {queries[best]}"));
        }

        return new GeckoWritten(
            new GeckoQuery { Seed = unit.Value, Task = usable[best].Task, Query = queries[best], Grounding = grounding[best], Draws = Draws }, "", "");
    }

    // Step 3: the passages that retrievers find for the query, the seed always among them.
    private async ValueTask<Unit<GeckoCandidates>> FindAsync(Unit<GeckoQuery> unit, CancellationToken cancellationToken)
    {
        GeckoQuery query = unit.Value!;
        return unit.Pass(new GeckoCandidates(query, await run.FindCandidatesAsync(Name, unit.Id, query.Query, query.Seed, cancellationToken)));
    }

    // Step 4: a language model scores each candidate twice. Passages are read once for all queries of the window that they are a candidate of.
    private async ValueTask<IReadOnlyList<Unit<GeckoJudged>>> JudgeAsync(IReadOnlyList<Unit<GeckoCandidates>> window, CancellationToken cancellationToken)
    {
        Reporting.StageCounter counter = run.Counters.Stage($"{Name}/judge");
        bool calibrating = window.Count > 0 && window[0].Ordinal == 0;
        JudgeWindow judging = new(run, models);
        foreach (Unit<GeckoCandidates> unit in window)
        {
            if (unit.Reject is not null)
            {
                counter.ExpectLess();
                continue;
            }

            counter.Enter();
            judging.Add(unit, [.. unit.Value!.Found.Candidates.Select(candidate => candidate.Passage)], calibrating ? RandomOthers(unit) : []);
        }

        IReadOnlyDictionary<string, GeckoScores> scores = await judging.ScoreAsync(cancellationToken);
        List<Unit<GeckoJudged>> judged = [.. window.Select(unit => unit.Reject is not null
            ? unit.GoPast<GeckoJudged>()
            : scores.TryGetValue(unit.Id, out GeckoScores? found)
                ? unit.Pass(new GeckoJudged(unit.Value!.Query, unit.Value.Found, found))
                : unit.Refuse<GeckoJudged>("judge", judging.Failed[unit.Id].Fault, judging.Failed[unit.Id].Detail))];
        for (int i = 0; i < window.Count; i++)
        {
            if (window[i].Reject is null) counter.Count(judged[i].Reject is not null);
        }

        if (calibrating) Calibrate(judged);
        foreach (IReadOnlyList<JudgeScore> of in judged.Where(unit => unit.Reject is null).Select(unit => unit.Value!.Scores.Candidates))
            _agreements.Add(models.Judges.Methods.ByJudge(of));
        return judged;
    }

    private int[] RandomOthers(Unit<GeckoCandidates> unit)
    {
        UnitSeed chance = run.Chance("gecko/random", unit.Ordinal);
        HashSet<int> taken = [unit.Value!.Query.Seed, .. unit.Value.Found.Candidates.Select(candidate => candidate.Passage)];
        return run.Passages.Count < taken.Count + RandomPassages
            ? []
            : [.. Enumerable.Range(0, 100).Select(_ => chance.Next(run.Passages.Count)).Where(passage => taken.Add(passage)).Take(RandomPassages)];
    }

    // A judge must earn its vote: does it rank a query's seed above random and above retrieved passages?
    private void Calibrate(List<Unit<GeckoJudged>> judged)
    {
        List<CalibrationQuery> cases = [];
        foreach (GeckoJudged unit in judged.Where(unit => unit.Reject is null).Select(unit => unit.Value!))
        {
            List<(int Passage, PassageScores Scores)> all = [.. unit.Found.Candidates.Zip(
                unit.Scores.Candidates, (candidate, score) => (candidate.Passage, new PassageScores(score.Ql, score.Rc, candidate.Rrf)))];
            cases.Add(new CalibrationQuery
            {
                Seed = all.First(scored => scored.Passage == unit.Query.Seed).Scores,
                Retrieved = [.. all.Where(scored => scored.Passage != unit.Query.Seed).Select(scored => scored.Scores)],
                Random = [.. unit.Scores.Random.Select(score => new PassageScores(score.Ql, score.Rc, 0))],
            });
        }

        IReadOnlyList<JudgeVote> votes = JudgeCalibration.Measure(cases, run.Request.Seed);
        _voters = models.Judges.Methods.Voters(run.Options, votes);
        run.Votes.AddRange(models.Judges.Methods.Named(_voters, votes, Name));
    }

    // Steps 5 and 6: the best passage becomes the positive, even against its seed; then hard negatives.
    private ValueTask<Unit<Group>> Select(Unit<GeckoJudged> unit, CancellationToken cancellationToken)
    {
        GeckoJudged judged = unit.Value!;
        IReadOnlyList<JudgedCandidate> candidates = [.. judged.Found.Candidates.Zip(judged.Scores.Candidates, (candidate, score) => new JudgedCandidate(candidate, score))];
        IReadOnlyList<RankedCandidate> ranked = GeckoFusion.Fuse(candidates, _voters, run.Passages);
        Relabelling relabelling = _positives.Choose(ranked, judged.Query.Seed);
        if (relabelling.Unanswerable)
        {
            return ValueTask.FromResult(unit.Refuse<Group>("select", PositiveRule.UnanswerableReason, judged.Query.Query));
        }

        NegativeSelection selection = _rule.Pick(
            NegativeRequest.From(relabelling, ranked, judged.Query.Seed, run.Passages, run.Options.Mining) with { QueryId = unit.Id, RunSeed = run.Request.Seed });
        if (selection.Negatives.Count == 0 && !_rule.TakesNone)
        {
            return ValueTask.FromResult(unit.Refuse<Group>("select", "no-negative", $"{judged.Query.Query} ({selection.RefusedInWords})"));
        }

        IReadOnlyList<string> scores = models.Judges.Methods.Scores;
        Passage positive = run.Passages[relabelling.Positive.Candidate.Passage];
        Group group = new()
        {
            Id = unit.Id,
            Recipe = Name,
            TaskGroup = "short-long",
            Instruction = judged.Query.Task,
            Query = judged.Query.Query,
            Language = run.Request.Languages[0],
            SeedDocid = run.Passages[judged.Query.Seed].Docid,
            Positives = [relabelling.Positive.ToJudgedPassage(run.Passages, relabelling.Origin, scores), .. relabelling.AlsoPositive.Select(also =>
                also.ToJudgedPassage(run.Passages, also.Candidate.Passage == judged.Query.Seed ? Origin.Seed : Origin.Relabelled, scores))],
            Negatives = [.. selection.Negatives.OrderBy(negative => negative.Rank).Select(negative => negative.ToJudgedPassage(run.Passages, Origin.Mined, scores))],
            Quality =
            {
                ["grounding"] = judged.Query.Grounding,
                ["overlap"] = Words.Containment(Words.Of(judged.Query.Query), Words.Of(positive.TitleAndText)),
                ["query_words"] = Words.Of(judged.Query.Query).Count,
                ["seed_fused_rank"] = ranked.First(candidate => candidate.Candidate.Passage == judged.Query.Seed).Rank,
            },
            Provenance = new Provenance
            {
                Generator = models.WriterIdentity,
                Judge = models.JudgeIdentity,
                Prompts = { [_prompt.Name] = _prompt.Hash },
            },
        };
        foreach ((string name, string hash) in models.JudgePrompts) group.Provenance.Prompts[name] = hash;
        return ValueTask.FromResult(unit.Pass(group));
    }
}
