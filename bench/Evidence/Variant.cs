namespace R2Synth.Bench.Evidence;

/// <summary>One way to label the same queries.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Settings">What differs from the main run, <c>Key=Value</c>.</param>
internal sealed record Variant(string Name, params string[] Settings)
{
    private const string Seed = "Mining:Positives=seed", None = "Mining:NegativeRule=none", Uniform = "Mining:NegativeRule=uniform", PercPos = "Mining:NegativeRule=topk-percpos",
        One = "Mining:Negatives=1";

    /// <summary>The recipes.</summary>
    public string[] Recipes { get; init; } = ["gecko"];

    /// <summary>Whether the titles that it stands beside are those of its own passages, of which it has others than the main run.</summary>
    public bool OwnTitles { get; init; }

    /// <summary>The run as the defaults have it: relabelled by the judges that earned their vote, p_N negatives, all filters.</summary>
    public static Variant Main { get; } = new("as shipped: relabelled, p_N negatives, voters that earned it");

    /// <summary>Gecko's table 3 (2403.20327), then other negatives, then the judges, then the filters, whose refused queries the judge has yet to read.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        Main,
        new("two queries a passage", "Gecko:Queries=2") { OwnTitles = true },
        new("three queries a passage", "Gecko:Queries=3") { OwnTitles = true },
        new("and the titles recipe") { Recipes = ["gecko", "titles"], OwnTitles = true },
        new("three queries a passage and the titles recipe", "Gecko:Queries=3") { Recipes = ["gecko", "titles"], OwnTitles = true },
        new("seed as positive, no negatives", Seed, None),
        new("seed as positive, random negatives", Seed, Uniform),
        new("seed as positive, p_N negatives", Seed),
        new("seed as positive, PercPos negatives", Seed, PercPos),
        new("relabelled, no negatives", None),
        new("relabelled, random negatives", Uniform),
        new("relabelled, PercPos negatives", PercPos),
        new("relabelled, p_N alone", One),
        new("relabelled, one PercPos negative", PercPos, One),
        new("relabelled, PercPos from the hardest to the easiest", PercPos, "Mining:Sampling=spaced"),
        new("relabelled, nv-retriever negatives", "Mining:NegativeRule=nv-retriever"),
        new("relabelled, shifted-topk negatives", "Mining:NegativeRule=shifted-topk"),
        new("relabelled, the hardest negatives unchecked", "Mining:NegativeRule=top"),
        new("judge: QL alone", "Mining:Voters=Ql"),
        new("judge: RC alone", "Mining:Voters=Rc"),
        new("judge: Gecko's fusion of both", "Mining:Voters=Both"),
        new("judge: none, the retriever's order", "Mining:Voters=None"),
        new("without the filters: grounding, near-duplicates", "Gecko:MinGrounding=-100", "Pipeline:NearDuplicate=1"),
    ];
}
