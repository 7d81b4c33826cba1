using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Pipeline.Filters;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>Title-text pairs: a passage's title is the query, its text the positive, and hard negatives are mined. No model writes or judges.</summary>
/// <remarks>
/// The title-passage pairs of E5 (arXiv 2212.03533, section 3.1: CCPairs). The passages of a group go without their titles: with them the query would stand in its positive, and a
/// retriever would learn to look for copies. They are the passages that <see cref="GeckoRecipe"/> takes for seeds, so both recipes together say two things of each.
/// </remarks>
internal sealed class TitlesRecipe(RunContext run)
{
    /// <summary>The recipe's name.</summary>
    public const string Name = "titles";

    private const string Task = "Given a title, retrieve the text that belongs to it.";
    private readonly NegativeRule _rule = NegativeRules.From(run.Options.Mining, NegativeRules.OfRecipes);

    /// <summary>The whole recipe, from seeds to groups in the order of their ids.</summary>
    public Flow<Unit<Group>> Groups() => Flow
        .From(run.Seeds.Select((passage, ordinal) => UnitFlow.Begin(Name, ordinal, passage)))
        .Units("read", 1, Counter("read"), Read)
        .Units("dedup", 1, Counter("dedup"), (unit, _) => ValueTask.FromResult(run.DropDuplicate(unit, unit.Value!.Query)))
        .Units("candidates", run.RetrievalParallelism, Counter("candidates"), FindAsync)
        .Units("select", 1, Counter("select"), Select)
        .InOrder();

    private Reporting.StageCounter Counter(string stage) => run.Counter(Name, stage, run.SeedCount);

    // A title that repeats its headings' path is asked without the signs between them.
    private ValueTask<Unit<TitleQuery>> Read(Unit<int> unit, CancellationToken cancellationToken)
    {
        Passage seed = run.Passages[unit.Value];
        string query = seed.Title.Replace(Passage.TitleSeparator, " ", StringComparison.Ordinal).Trim();
        string? reason = query.Length == 0 ? "no-title" : QueryFilter.Check(query, passage: "");
        return ValueTask.FromResult(reason is null ? unit.Pass(new TitleQuery(unit.Value, query)) : unit.Refuse<TitleQuery>("read", reason, $"{seed.Docid}: {query}"));
    }

    private async ValueTask<Unit<TitleCandidates>> FindAsync(Unit<TitleQuery> unit, CancellationToken cancellationToken)
    {
        TitleQuery title = unit.Value!;
        return unit.Pass(new TitleCandidates(title, await run.FindCandidatesAsync(Name, unit.Id, title.Query, title.Seed, cancellationToken)));
    }

    // The seed is the positive; a passage under the same title, as the other parts of a section and its subsections are, is no negative.
    private ValueTask<Unit<Group>> Select(Unit<TitleCandidates> unit, CancellationToken cancellationToken)
    {
        (TitleQuery title, CandidateSet found) = unit.Value!;
        Passage seed = run.Passages[title.Seed];
        IReadOnlyList<RankedCandidate> ranked = GeckoFusion.Fuse([.. found.Candidates.Select(candidate => new JudgedCandidate(candidate, default))], default, run.Passages);
        RankedCandidate positive = ranked.First(candidate => candidate.Candidate.Passage == title.Seed);
        Relabelling own = new() { Positive = positive, Origin = Origin.Seed, LostSeed = null };
        NegativeSelection selection = _rule.Pick(NegativeRequest.From(own, ranked, title.Seed, run.Passages, run.Options.Mining) with
        {
            AlsoRelevant = [.. ranked.Select(candidate => candidate.Candidate.Passage)
                .Where(passage => passage != title.Seed && IsUnder(seed.Title, run.Passages[passage].Title))],
            QueryId = unit.Id,
            RunSeed = run.Request.Seed,
        });
        if (selection.Negatives.Count == 0 && !_rule.TakesNone)
        {
            return ValueTask.FromResult(unit.Refuse<Group>("select", "no-negative", $"{title.Query} ({selection.RefusedInWords})"));
        }

        Group group = new()
        {
            Id = unit.Id,
            Recipe = Name,
            TaskGroup = "short-long",
            Instruction = Task,
            Query = title.Query,
            Language = run.Request.Languages[0],
            SeedDocid = seed.Docid,
            Positives = [Untitled(positive, Origin.Seed)],
            Negatives = [.. selection.Negatives.OrderBy(negative => negative.Rank).Select(negative => Untitled(negative, Origin.Mined))],
            Quality =
            {
                ["overlap"] = Words.Containment(Words.Of(title.Query), Words.Of(seed.Text)),
                ["query_words"] = Words.Of(title.Query).Count,
            },
            Provenance = new Provenance { Generator = "", Judge = "" },
        };
        group.Attributes[Group.HiddenTitle] = seed.Title;
        return ValueTask.FromResult(unit.Pass(group));
    }

    private static bool IsUnder(string title, string other) =>
        other.StartsWith(title, StringComparison.OrdinalIgnoreCase) && (other.Length == title.Length || other.AsSpan(title.Length).StartsWith(Passage.TitleSeparator, StringComparison.Ordinal));

    private JudgedPassage Untitled(RankedCandidate candidate, Origin origin) => candidate.ToJudgedPassage(run.Passages, origin, judges: []) with { Title = "" };
}
