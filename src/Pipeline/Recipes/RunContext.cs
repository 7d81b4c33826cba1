using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using R2Synth.Inference.Prompts;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Dedup;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>What every recipe works with: the ledger, the corpus, the settings.</summary>
internal sealed class RunContext
{
    /// <summary>How stage results are written to the ledger.</summary>
    public static JsonSerializerOptions Json { get; } = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>The settings.</summary>
    public required R2SynthOptions Options { get; init; }

    /// <summary>What the user asked for.</summary>
    public required RunRequest Request { get; init; }

    /// <summary>Results of stages.</summary>
    public required RunLedger Ledger { get; init; }

    /// <summary>Live counts.</summary>
    public required RunCounters Counters { get; init; }

    /// <summary>The prompts.</summary>
    public required PromptLibrary Prompts { get; init; }

    /// <summary>Units under way at once in a stage that retrieves.</summary>
    public required int RetrievalParallelism { get; init; }

    /// <summary>The corpus; empty without one.</summary>
    public required IReadOnlyList<Passage> Passages { get; init; }

    /// <summary>What retrieval depends on: the corpus, the embedder, the options, the run's first language.</summary>
    public required string RetrievalIdentity { get; init; }

    /// <summary>Builds the indexes on first use: a run that is only resumed needs none.</summary>
    public required Func<CancellationToken, Task<CandidatePool>> Candidates { get; init; }

    /// <summary>The topics, in the file's order; empty without them.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>All queries of the run so far, over all recipes.</summary>
    public required NearDuplicateIndex Queries { get; init; }

    /// <summary>What each recipe measured of the judges, in the order measured.</summary>
    public List<JudgeVote> Votes { get; } = [];

    /// <summary>How far the two judges agree on each recipe's queries, in the order counted.</summary>
    public List<JudgeAgreement> Agreements { get; } = [];

    /// <summary>The passages that recipes take for seeds, in a random order, each once: at most as many as are asked for.</summary>
    public IEnumerable<int> Seeds => SeedOrder.Of(Request.Seed, Passages.Count).Take(SeedCount);

    /// <summary>How many those are.</summary>
    public int SeedCount => SeedOrder.Count(Request, Options.Gecko, Passages.Count);

    /// <summary>Chance for a purpose and a number.</summary>
    public UnitSeed Chance(string purpose, long ordinal) => new(Request.Seed, purpose, ordinal);

    /// <summary>The live counter of a recipe's stage.</summary>
    public StageCounter Counter(string recipe, string stage, long expected)
    {
        StageCounter counter = Counters.Stage($"{recipe}/{stage}");
        counter.Expected = expected;
        return counter;
    }

    /// <summary>Ends a unit whose query the run has already. Call in id order, one at a time.</summary>
    public Unit<T> DropDuplicate<T>(Unit<T> unit, string query) =>
        Queries.TryAdd(unit.Id, query, out string? duplicateOf, out double similarity)
            ? unit
            : unit.Refuse<T>("dedup", similarity >= 1 ? "duplicate" : "near-duplicate", $"of {duplicateOf}: {query}");

    /// <summary>The passages that retrievers find for a query, its seed always among them; from the ledger where they were found before.</summary>
    /// <param name="recipe">The recipe's name.</param>
    /// <param name="unit">The unit's id.</param>
    /// <param name="query">The query.</param>
    /// <param name="seed">Index of the seed passage.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<CandidateSet> FindCandidatesAsync(string recipe, string unit, string query, int seed, CancellationToken cancellationToken) => MemoizeAsync(
        $"{recipe}/candidates", unit, ContentHash.Of(RetrievalIdentity, query, seed.ToString(CultureInfo.InvariantCulture)),
        async token => await (await Candidates(token)).FindAsync(new RetrievalQuery("", query), [seed], token), cancellationToken);

    /// <summary>The result of a stage for a unit, from the ledger where its inputs are the same.</summary>
    public ValueTask<T> MemoizeAsync<T>(string stage, string unit, string inputHash, Func<CancellationToken, Task<T>> compute, CancellationToken cancellationToken) =>
        Ledger.MemoizeAsync(stage, unit, inputHash, compute, Json, cancellationToken);
}
