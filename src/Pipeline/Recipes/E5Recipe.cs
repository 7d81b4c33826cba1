using System.Globalization;
using R2Synth.Generators.E5;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Pipeline.Filters;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>E5's short-long group: brainstormed task, written query and positive, a hard negative in a turn of its own, all judged.</summary>
/// <remarks>E5-Mistral (arXiv 2401.00368, section 3.1). Its written negatives are used unchecked there; here one that outscores its positive is dropped.</remarks>
internal sealed class E5Recipe(RunContext run, RunModels models)
{
    /// <summary>The recipe's name.</summary>
    public const string Name = "e5";

    private readonly E5Prompts _prompts = E5Prompts.From(run.Prompts, models.WeakWriter);
    private readonly JudgeAgreements _agreements = models.Judges.Methods.Agreements();
    private Voters _voters;

    /// <summary>Examples begun.</summary>
    public int Count => run.Request.Count ?? run.Options.E5.Count;

    /// <summary>How far the judges agree on a query's positive and the drafts of its negative; complete when all groups are made.</summary>
    public IEnumerable<JudgeAgreement> Agreements => _agreements.Read().Select(agreement => agreement with { Recipe = Name });

    private int Draws => models.WeakWriter ? run.Options.E5.WeakDraws : 1;

    private int NegativeDraws => models.WeakWriter ? run.Options.E5.WeakNegativeDraws : 1;

    private E5Generator Generator => new(models.Writer, _prompts);

    /// <summary>The whole recipe, from topics to groups in the order of their ids; first come the tasks that were dropped.</summary>
    public async Task<(IReadOnlyList<Reject> Tasks, Flow<Unit<Group>> Groups)> GroupsAsync(CancellationToken cancellationToken)
    {
        (IReadOnlyList<(string Topic, string Task)> tasks, IReadOnlyList<Reject> dropped) =
            await new E5Tasks(run, models, Generator, _prompts.Brainstorm.Hash).MakeAsync(Count, cancellationToken);
        return (dropped, Flow
            .From(Assignments(tasks))
            .Units("generate", models.WriterParallelism, Counter("generate"), WriteAsync)
            .InOrder()
            .Units("dedup", 1, Counter("dedup"), (unit, _) => ValueTask.FromResult(run.DropDuplicate(unit, unit.Value!.Example.Query)))
            .Units("negative", models.WriterParallelism, Counter("negative"), WriteNegativesAsync)
            .Batch(run.Options.Mining.CalibrationGroups)
            .Stage(Counter("judge").Name, 1, JudgeAsync)
            .Flatten()
            .Units("select", 1, Counter("select"), Select)
            .InOrder());
    }

    private Reporting.StageCounter Counter(string stage) => run.Counter(Name, stage, Count);

    private IEnumerable<Unit<E5Assignment>> Assignments(IReadOnlyList<(string Topic, string Task)> tasks)
    {
        int count = Math.Min(Count, tasks.Count * run.Options.E5.ExamplesPerTask);
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            (string topic, string task) = tasks[ordinal % tasks.Count];
            yield return UnitFlow.Begin(Name, ordinal, new E5Assignment(topic, task, E5Attributes.Draw(run.Chance("e5/attributes", ordinal), run.Request.Languages)));
        }
    }

    private async ValueTask<Unit<E5Pair>> WriteAsync(Unit<E5Assignment> unit, CancellationToken cancellationToken)
    {
        E5Assignment assignment = unit.Value!;
        string input = ContentHash.Of(
            models.WriterIdentity, _prompts.Example.Hash, run.Request.Seed.ToString(CultureInfo.InvariantCulture), Draws.ToString(CultureInfo.InvariantCulture),
            assignment.Task, assignment.Attributes.ToString());
        E5Example example = await run.MemoizeAsync("e5/generate", unit.Id, input, token => DrawAsync(unit, token), cancellationToken);
        return example.Fault is null ? unit.Pass(new E5Pair(assignment, example)) : unit.Refuse<E5Pair>("generate", example.Fault, example.Detail);
    }

    // The first draw that passes the filters; a strong model has one draw.
    private async Task<E5Example> DrawAsync(Unit<E5Assignment> unit, CancellationToken cancellationToken)
    {
        E5Assignment assignment = unit.Value!;
        UnitSeed chance = run.Chance("e5/generate", unit.Ordinal);
        E5Example example = new() { Fault = "empty" };
        for (int draw = 0; draw < Draws && example.Fault is not null; draw++)
        {
            example = await Generator.WriteAsync(assignment.Task, assignment.Attributes, chance.NextSamplerSeed(), cancellationToken);
            if (example.Fault is not null) continue;
            string? reason = QueryFilter.Check(example.Query, example.Positive) ?? DocumentFilter.Check(example.Positive);
            if (reason is not null) example = new E5Example { Fault = reason, Detail = $"{example.Query} | {example.Positive}" };
        }

        return example;
    }

    private async ValueTask<Unit<E5Triple>> WriteNegativesAsync(Unit<E5Pair> unit, CancellationToken cancellationToken)
    {
        E5Pair pair = unit.Value!;
        string input = ContentHash.Of(
            models.WriterIdentity, _prompts.Negative.Hash, run.Request.Seed.ToString(CultureInfo.InvariantCulture), NegativeDraws.ToString(CultureInfo.InvariantCulture),
            pair.Assignment.Task, pair.Assignment.Attributes.ToString(), pair.Example.Query, pair.Example.Positive);
        E5Negatives negatives = await run.MemoizeAsync("e5/negative", unit.Id, input, token => DrawNegativesAsync(unit, token), cancellationToken);
        return negatives.Documents.Count > 0 ? unit.Pass(new E5Triple(pair, negatives.Documents)) : unit.Refuse<E5Triple>("negative", negatives.Reason, negatives.Detail);
    }

    private async Task<E5Negatives> DrawNegativesAsync(Unit<E5Pair> unit, CancellationToken cancellationToken)
    {
        E5Pair pair = unit.Value!;
        UnitSeed chance = run.Chance("e5/negative", unit.Ordinal);
        int[] samplerSeeds = [.. Enumerable.Range(0, NegativeDraws).Select(_ => chance.NextSamplerSeed())];
        (string? Document, string? Fault, string Detail)[] drafts = await Task.WhenAll(
            samplerSeeds.Select(samplerSeed => Generator.WriteNegativeAsync(pair.Assignment.Task, pair.Example, pair.Assignment.Attributes, samplerSeed, cancellationToken)));
        NearDuplicate positive = new(pair.Example.Positive);
        (string? Document, string? Fault, string Detail)[] judged = [.. drafts.Select(draft =>
            draft.Document is { } document && (positive.Matches(document) ? "duplicate-of-positive" : DocumentFilter.Check(document)) is { } reason ? (null, reason, document) : draft)];
        string[] documents = [.. judged.Where(draft => draft.Document is not null).Select(draft => draft.Document!).Distinct(StringComparer.Ordinal)];
        return documents.Length > 0 ? new E5Negatives(documents, "", "") : new E5Negatives([], judged[0].Fault!, judged[0].Detail);
    }

    private async ValueTask<IReadOnlyList<Unit<E5Judged>>> JudgeAsync(IReadOnlyList<Unit<E5Triple>> window, CancellationToken cancellationToken)
    {
        Reporting.StageCounter counter = run.Counters.Stage($"{Name}/judge");
        for (int rejected = window.Count(unit => unit.Reject is not null); rejected > 0; rejected--) counter.ExpectLess();
        Unit<E5Triple>[] living = [.. window.Where(unit => unit.Reject is null)];
        bool calibrating = window.Count > 0 && window[0].Ordinal == 0;
        Dictionary<string, Unit<E5Judged>> judged = new(StringComparer.Ordinal);
        Lock gate = new();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = models.JudgeParallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, living.Length, parallel, async (i, token) =>
        {
            counter.Enter();
            Unit<E5Judged> result = await ScoreAsync(living, i, calibrating, token);
            counter.Count(result.Reject is not null);
            lock (gate) judged[result.Id] = result;
        });
        List<Unit<E5Judged>> inOrder = [.. window.Select(unit => unit.Reject is null ? judged[unit.Id] : unit.GoPast<E5Judged>())];
        if (calibrating) Calibrate(inOrder);
        foreach (E5Scores of in inOrder.Where(unit => unit.Reject is null).Select(unit => unit.Value!.Scores))
            _agreements.Add(models.Judges.Methods.ByJudge([of.Positive, .. of.Negatives]));
        return inOrder;
    }

    private async Task<Unit<E5Judged>> ScoreAsync(Unit<E5Triple>[] living, int index, bool calibrating, CancellationToken cancellationToken)
    {
        E5Triple triple = living[index].Value!;
        E5Triple? near = calibrating ? Next(living, index, other => other.Pair.Assignment.Topic == triple.Pair.Assignment.Topic) : null;
        E5Triple? far = calibrating ? Next(living, index, other => other.Pair.Assignment.Topic != triple.Pair.Assignment.Topic) : null;
        string?[] documents = [triple.Pair.Example.Positive, near?.Pair.Example.Positive, far?.Pair.Example.Positive, .. triple.Negatives];
        string input = ContentHash.Of([models.JudgeIdentity, triple.Pair.Example.Query, .. documents]);
        E5Scores? found = run.Ledger.TryGet<E5Scores>("e5/judge", living[index].Id, input, RunContext.Json);
        if (found is null)
        {
            JudgeScore?[] scores = new JudgeScore?[documents.Length];
            for (int i = 0; i < documents.Length; i++)
            {
                if (documents[i] is not { } text) continue;
                RecipeVerdict verdict = (await models.Judges.ScoreAsync(new Passage { Docid = living[index].Id, Text = text }, [triple.Pair.Example.Query], cancellationToken))[0];
                if (verdict.Score is null) return living[index].Refuse<E5Judged>("judge", verdict.Fault, verdict.Detail);
                scores[i] = verdict.Score;
            }

            E5Scores made = new(scores[0]!.Value, [.. scores.Skip(3).Select(score => score!.Value)], scores[1], scores[2]); // positive and negatives are never null
            found = await run.MemoizeAsync("e5/judge", living[index].Id, input, _ => Task.FromResult(made), cancellationToken);
        }

        return living[index].Pass(new E5Judged(triple, found));
    }

    private static E5Triple? Next(Unit<E5Triple>[] living, int index, Func<E5Triple, bool> fits) =>
        Enumerable.Range(1, living.Length - 1).Select(step => living[(index + step) % living.Length].Value!).FirstOrDefault(fits);

    // No seed passage here: a judge earns its vote by telling a query's own positive from those of other queries, on the same topic and on another one.
    private void Calibrate(List<Unit<E5Judged>> judged)
    {
        static IReadOnlyList<PassageScores> Scores(JudgeScore? score) => score is { } s ? [new PassageScores(s.Ql, s.Rc, 0)] : [];
        IReadOnlyList<JudgeVote> votes = JudgeCalibration.Measure(
            [.. judged.Where(unit => unit.Reject is null).Select(unit => unit.Value!.Scores).Select(scores => new CalibrationQuery
            {
                Seed = new PassageScores(scores.Positive.Ql, scores.Positive.Rc, 0),
                Retrieved = Scores(scores.Near),
                Random = Scores(scores.Far),
            })],
            run.Request.Seed);
        _voters = models.Judges.Methods.Voters(run.Options, votes);
        run.Votes.AddRange(models.Judges.Methods.Named(_voters, [.. votes.Where(vote => vote.Judge != ScoreNames.Rrf)], Name));
    }

    // The hardest written negative that does not outscore its positive.
    private ValueTask<Unit<Group>> Select(Unit<E5Judged> unit, CancellationToken cancellationToken)
    {
        E5Judged judged = unit.Value!;
        E5Pair pair = judged.Triple.Pair;
        JudgeScore[] scores = [judged.Scores.Positive, .. judged.Scores.Negatives];
        Passage[] documents = [.. judged.Triple.Negatives.Prepend(pair.Example.Positive).Select((text, i) => new Passage
        {
            Docid = string.Create(CultureInfo.InvariantCulture, $"{unit.Id}#{(i == 0 ? "positive" : $"negative{i}")}"),
            Text = text,
        })];
        IReadOnlyList<RankedCandidate> ranked = GeckoFusion.Fuse(
            [.. scores.Select((score, i) => new JudgedCandidate(new Candidate { Passage = i, Bm25 = 0, Dense = 0, Rrf = 0, RetrieverRank = i + 1 }, score))], _voters, documents);
        RankedCandidate? negative = ranked.FirstOrDefault(candidate =>
            candidate.Candidate.Passage > 0 && WrittenNegativeCheck.Check(scores[0], candidate.Score, _voters) is null);
        if (negative is null)
        {
            return ValueTask.FromResult(unit.Refuse<Group>("select", WrittenNegativeCheck.OutscoresPositive, string.Create(
                CultureInfo.InvariantCulture, $"{pair.Example.Query} (positive ql {scores[0].Ql:F2}; negatives {string.Join(", ", scores.Skip(1).Select(s => s.Ql.ToString("F2", CultureInfo.InvariantCulture)))})")));
        }

        E5Attributes attributes = pair.Assignment.Attributes;
        Group group = new()
        {
            Id = unit.Id,
            Recipe = Name,
            TaskGroup = "short-long",
            Instruction = pair.Assignment.Task,
            Query = pair.Example.Query,
            Language = attributes.Language,
            Positives = [Judged(ranked.First(candidate => candidate.Candidate.Passage == 0), documents, models.Judges.Methods.Scores)],
            Negatives = [Judged(negative, documents, models.Judges.Methods.Scores)],
            Quality =
            {
                ["overlap"] = Words.Containment(Words.Of(pair.Example.Query), Words.Of(pair.Example.Positive)),
                ["positive_words"] = Words.Of(pair.Example.Positive).Count,
                ["query_words"] = Words.Of(pair.Example.Query).Count,
            },
            Provenance = new Provenance
            {
                Generator = models.WriterIdentity,
                Judge = models.JudgeIdentity,
                Prompts =
                {
                    [_prompts.Brainstorm.Name] = _prompts.Brainstorm.Hash,
                    [_prompts.Example.Name] = _prompts.Example.Hash,
                    [_prompts.Negative.Name] = _prompts.Negative.Hash,
                },
            },
        };
        foreach ((string name, string hash) in models.JudgePrompts) group.Provenance.Prompts[name] = hash;
        group.Attributes["topic"] = pair.Assignment.Topic;
        if (!models.WeakWriter)
        {
            // A weak model's prompt does not ask for these: what it wrote is measured in Quality instead.
            group.Attributes["clarity"] = attributes.Clarity;
            group.Attributes["difficulty"] = attributes.Difficulty;
            group.Attributes["num_words"] = attributes.Words.ToString(CultureInfo.InvariantCulture);
            group.Attributes["query_length"] = attributes.QueryLength;
            group.Attributes["query_type"] = attributes.QueryType;
        }

        return ValueTask.FromResult(unit.Pass(group));
    }

    // Nothing was retrieved, so only the judges' scores stay.
    private static JudgedPassage Judged(RankedCandidate candidate, Passage[] documents, IReadOnlyList<string> scores)
    {
        JudgedPassage passage = candidate.ToJudgedPassage(documents, Origin.Generated, scores);
        passage.Scores.Remove(ScoreNames.Bm25);
        passage.Scores.Remove(ScoreNames.Dense);
        passage.Scores.Remove(ScoreNames.Rrf);
        return passage;
    }
}
