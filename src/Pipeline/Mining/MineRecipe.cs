using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Pipeline.Dedup;
using R2Synth.Pipeline.Filters;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>Pairs that a user has: candidates, judges where asked for, positives, negatives, and negatives that answer the query after all.</summary>
/// <remarks>Relabel first, then take negatives (Gecko, 2403.20327, Table 3), then look for false negatives (RLHN, 2505.16967).</remarks>
internal sealed class MineRecipe(MineSetup setup, RunCounters counters, MineCounts counts)
{
    /// <summary>The recipe's name, and the beginning of the groups' ids.</summary>
    public const string Name = "mine";

    private static readonly Dictionary<int, JudgeVerdict> NoVerdicts = [];
    private MineJudging? _judging;
    private readonly NearDuplicateIndex _queries = new(setup.Options.Pipeline.NearDuplicate);

    /// <summary>What the report says of it.</summary>
    /// <param name="judgeNeeds">What the judge must be able to do; nothing where there is none.</param>
    public static RecipeDescription Describe(BackendAbilities judgeNeeds) => new()
    {
        Name = Name,
        Paper = "NV-Retriever, arXiv 2407.15831; RLHN, arXiv 2505.16967",
        Makes = "Groups for given queries and judgments: candidates retrieved, positives taken or relabelled, hard negatives selected.",
        GeneratorNeeds = BackendAbilities.None,
        JudgeNeeds = judgeNeeds,
        EmbedderNeeds = BackendAbilities.None, // retrievers open their own
        NeedsCorpus = true,
        NeedsTopics = false,
    };

    /// <summary>What each judge was found to be worth; none without one.</summary>
    public IReadOnlyList<JudgeVote> Judges => _judging?.Judges ?? [];

    /// <summary>How far each two judges agree.</summary>
    public IReadOnlyList<JudgeAgreement> Agreements => _judging?.Agreements ?? [];

    /// <summary>The whole way, from queries to groups in the queries' order.</summary>
    public Flow<Unit<Group>> Groups()
    {
        Flow<Unit<FoundQuery>> found = Flow
            .From(setup.Request.Queries.Select((query, ordinal) => UnitFlow.Begin(Name, ordinal, query)))
            .Units("read", 1, Counter("read"), Place)
            .Units("dedup", 1, Counter("dedup"), DropDuplicate)
            .Units("candidates", setup.RetrievalParallelism, Counter("candidates"), FindAsync);
        if (setup.Judges.All.Count > 0)
        {
            StageCounter counter = Counter("judge");
            _judging = new MineJudging(setup, counter);
            found = found.Batch(setup.Options.Mining.CalibrationGroups, unit => unit.Reject is null).Stage(counter.Name, 1, _judging.JudgeAsync).Flatten();
        }

        Flow<Unit<SelectedQuery>> selected = found.Units("select", setup.RetrievalParallelism, Counter("select"), Select);
        return (setup.Request.FalseNegatives == FalseNegativeAction.None
                ? selected.Units("group", 1, Counter("group"), (unit, _) => ValueTask.FromResult(unit.Pass(Group(unit.Id, unit.Value!))))
                : selected.Units("false-negatives", setup.Judges.Parallelism, Counter("false-negatives"), CheckAsync))
            .InOrder();
    }

    private bool Votes => _judging is { Votes: true };

    private StageCounter Counter(string stage)
    {
        StageCounter counter = counters.Stage($"{Name}/{stage}");
        counter.Expected = setup.Request.Queries.Count;
        return counter;
    }

    private ValueTask<Unit<PlacedQuery>> Place(Unit<MineQuery> unit, CancellationToken cancellationToken)
    {
        (PlacedQuery? placed, string reason) = setup.Placer.Place(unit.Value!);
        return ValueTask.FromResult(placed is null ? unit.Refuse<PlacedQuery>("read", reason, $"{unit.Value!.Qid}: {unit.Value.Text}") : unit.Pass(placed));
    }

    private ValueTask<Unit<PlacedQuery>> DropDuplicate(Unit<PlacedQuery> unit, CancellationToken cancellationToken)
    {
        MineQuery query = unit.Value!.Query;
        return ValueTask.FromResult(_queries.TryAdd(unit.Id, query.Text, out string? duplicateOf, out double similarity)
            ? unit
            : unit.Refuse<PlacedQuery>("dedup", similarity >= 1 ? "duplicate" : "near-duplicate", $"of {duplicateOf}: {query.Qid}: {query.Text}"));
    }

    // The positives are among the candidates wherever they rank: their similarity makes the margin, and a judge compares with them.
    private async ValueTask<Unit<FoundQuery>> FindAsync(Unit<PlacedQuery> unit, CancellationToken cancellationToken)
    {
        PlacedQuery placed = unit.Value!;
        int[] always = setup.Rule.Source == NegativeSource.Document ? [.. placed.Positives.Concat(setup.DocumentsOf(placed.Positives)).Distinct()] : [.. placed.Positives];
        CandidateSet found = await setup.Candidates.FindAsync(new RetrievalQuery(placed.Query.Qid, placed.Query.Text), always, cancellationToken);
        return unit.Pass(new FoundQuery(placed, found, new Dictionary<int, JudgeVerdict>()));
    }

    private ValueTask<Unit<SelectedQuery>> Select(Unit<FoundQuery> unit, CancellationToken cancellationToken)
    {
        FoundQuery found = unit.Value!;
        PlacedQuery placed = found.Placed;
        IReadOnlyList<RankedCandidate> ranked = MineRanking.Of(found.Found.Candidates, Votes ? found.Verdicts : NoVerdicts);
        Relabelling? chosen = Positives(placed, ranked);
        if (chosen is null) return ValueTask.FromResult(unit.Refuse<SelectedQuery>("select", FalseNegativeReasons.JudgeFailed, $"{placed.Query.Qid}: its positives were not judged"));
        if (chosen.Unanswerable) return ValueTask.FromResult(unit.Refuse<SelectedQuery>("select", PositiveRule.UnanswerableReason, $"{placed.Query.Qid}: {placed.Query.Text}"));

        int positive = chosen.Positive.Candidate.Passage;
        int[] also = [.. chosen.AlsoPositive.Select(p => p.Candidate.Passage).Concat(placed.Positives).Concat(placed.AlsoRelevant).Distinct().Where(p => p != positive)];
        NegativeSelection selection = setup.Rule.Pick(new NegativeRequest
        {
            Passages = setup.Passages,
            Ranked = ranked,
            Positive = positive,
            PositiveText = setup.Passages[positive].Text,
            PositiveSimilarity = chosen.Positives.Min(p => p.Candidate.Dense),
            AlsoRelevant = also,
            Count = setup.Negatives,
            PercPos = setup.Options.Mining.PercPos,
            QueryId = placed.Query.Qid,
            RunSeed = setup.Request.Seed,
        });
        counts.Add(selection);
        if (selection.Negatives.Count == 0 && !setup.Rule.TakesNone)
        {
            return ValueTask.FromResult(unit.Refuse<SelectedQuery>("select", "no-negative", $"{placed.Query.Qid}: {placed.Query.Text} ({selection.RefusedInWords})"));
        }

        return ValueTask.FromResult(unit.Pass(new SelectedQuery(
            found,
            [.. chosen.Positives.Select(p => Judged(found, p, placed.Positives.Contains(p.Candidate.Passage) ? Origin.Seed : Origin.Relabelled))],
            [.. selection.Negatives.OrderBy(n => n.Rank).Select(n => Judged(found, n, Origin.Mined))])));
    }

    // Null where the judge failed on every passage that could be the positive.
    private Relabelling? Positives(PlacedQuery placed, IReadOnlyList<RankedCandidate> ranked)
    {
        Dictionary<int, RankedCandidate> byPassage = ranked.ToDictionary(c => c.Candidate.Passage);
        RankedCandidate[] known = [.. placed.Positives.Where(byPassage.ContainsKey).Select(p => byPassage[p])];
        if (known.Length == 0) return null;
        PositiveRule rule = Votes || setup.Positives.ScoreName == ScoreNames.Dense ? setup.Positives : setup.Positives.WithoutScore;
        // People's judgments yield to a judge that proved itself, never to a retriever alone.
        if (rule.Name == PositiveRule.Seed || (rule.Name == PositiveRule.Best && Votes)) return rule.Choose(ranked, known[0].Candidate.Passage);
        return rule.Widen(new Relabelling { Positive = known[0], AlsoPositive = known[1..], Origin = Origin.Seed, LostSeed = null }, ranked);
    }

    private async ValueTask<Unit<Group>> CheckAsync(Unit<SelectedQuery> unit, CancellationToken cancellationToken)
    {
        SelectedQuery selected = unit.Value!;
        if (!Votes) return unit.Pass(Group(unit.Id, selected)); // a judge that cannot tell takes nothing away
        JudgedPassage[] all = [.. selected.Positives.Concat(selected.Negatives).OrderBy(p => p.Rank ?? int.MaxValue)];
        HashSet<JudgedPassage> positives = new(selected.Positives, ReferenceEqualityComparer.Instance);
        FalseNegativeOutcome outcome = await _judging!.Cascade.CheckAsync( // it votes, so there is one
            selected.Found.Placed.Query.Text,
            [.. all.Select(p => new CheckedPassage(new Passage { Docid = p.Docid, Title = p.Title, Text = p.Text }, positives.Contains(p)))],
            cancellationToken);
        Dictionary<JudgedPassage, int> places = new(all.Select((p, i) => new KeyValuePair<JudgedPassage, int>(p, i)), ReferenceEqualityComparer.Instance);
        JudgedPassage Scored(JudgedPassage passage)
        {
            SortedDictionary<string, double> scores = new(passage.Scores, StringComparer.Ordinal);
            foreach ((string name, double score) in outcome.Scores[places[passage]]) scores[name] = score;
            return passage with { Scores = scores };
        }

        JudgedPassage[] kept = [.. selected.Negatives.Where(n => outcome.Fates[places[n]] == FalseNegativeFate.Kept).Select(Scored)];
        bool noneLeft = outcome.Dropped is null && kept.Length == 0 && selected.Negatives.Count > 0;
        counts.Add(noneLeft ? outcome.Counts with { DroppedQueries = 1, PositivesAfter = 0 } : outcome.Counts);
        if (outcome.Dropped is { } reason) return Dropped(reason, selected.Found.Placed.Query.Text);
        if (noneLeft) return Dropped("no-negative", "every negative answers the query, or was not judged");
        JudgedPassage[] relabelled = [.. selected.Negatives.Where(n => outcome.Fates[places[n]] == FalseNegativeFate.Relabelled).Select(Scored)];
        return unit.Pass(Group(unit.Id, selected with
        {
            Positives = [.. selected.Positives.Select(Scored), .. relabelled.Select(p => p with { Origin = Origin.Relabelled })],
            Negatives = kept,
        }));

        Unit<Group> Dropped(string reason, string detail) => unit.Refuse<Group>("false-negatives", reason, $"{selected.Found.Placed.Query.Qid}: {detail}");
    }

    private Group Group(string id, SelectedQuery selected)
    {
        PlacedQuery placed = selected.Found.Placed;
        Group group = new()
        {
            Id = id,
            Recipe = Name,
            TaskGroup = "retrieval",
            Instruction = setup.Request.Instruction,
            Query = placed.Query.Text,
            Language = setup.Request.Language,
            SeedDocid = setup.Passages[placed.Positives[0]].Docid,
            Positives = selected.Positives,
            Negatives = selected.Negatives,
            Quality =
            {
                ["overlap"] = Words.Containment(Words.Of(placed.Query.Text), Words.Of(setup.Passages[placed.Positives[0]].TitleAndText)),
                ["query_words"] = Words.Of(placed.Query.Text).Count,
                ["shortfall"] = setup.Rule.TakesNone ? 0 : Math.Max(0, setup.Negatives - selected.Negatives.Count),
            },
            Provenance = new Provenance { Generator = "", Judge = setup.Judges.Identity },
        };
        group.Attributes["negative_rule"] = setup.Rule.Name;
        group.Attributes[Records.Group.QueryId] = placed.Query.Qid;
        foreach ((string name, string hash) in setup.Judges.Prompts) group.Provenance.Prompts[name] = hash;
        return group;
    }

    private JudgedPassage Judged(FoundQuery found, RankedCandidate ranked, Origin origin)
    {
        Candidate candidate = ranked.Candidate;
        Passage passage = setup.Passages[candidate.Passage];
        SortedDictionary<string, double> scores = new(StringComparer.Ordinal) { [ScoreNames.Rrf] = candidate.Rrf };
        if (candidate.Bm25 is double bm25) scores[ScoreNames.Bm25] = bm25;
        if (candidate.Dense is double dense) scores[ScoreNames.Dense] = dense;
        foreach ((string name, double other) in candidate.OtherScores ?? new Dictionary<string, double>()) scores[name] = other;
        if (found.Placed.Query.Grades.TryGetValue(passage.Docid, out int grade)) scores["qrels"] = grade;
        foreach ((string name, double score) in MineRanking.VerdictOf(found, candidate)?.ScoresOf(_judging!.Name) ?? []) scores[name] = score; // without judging there is no verdict
        return new JudgedPassage
        {
            Docid = passage.Docid,
            Title = passage.Title,
            Text = passage.Text,
            Grade = grade is >= 1 and <= 3 ? grade : null,
            Origin = origin,
            Rank = candidate.Rrf > 0 ? ranked.Rank : null, // else no retriever returned it
            Scores = scores,
        };
    }
}
