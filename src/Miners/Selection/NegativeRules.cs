using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>The negative rules by name, each with the numbers of its paper or tool.</summary>
public static class NegativeRules
{
    /// <summary>The rule of a recipe where none is set: it judges a few candidates, of which the lowest are the safest (docs/evidence.md: as good to learn from, and the fewest that people call relevant).</summary>
    public const string OfRecipes = "gecko";

    /// <summary>The rule of mining for given pairs where none is set: of a hundred candidates that nobody judged, the hardest under a margin.</summary>
    public const string OfPairs = "topk-percpos";

    private static readonly NegativeRule[] Known =
    [
        new() { Name = "gecko", Aliases = ["lowest"], LowestFirst = true, Origin = "Gecko (2403.20327, section 3.2): p_N, the lowest of the judged candidates, then upwards; no margin." },
        new() { Name = "uniform", Aliases = ["gecko-uniform"], Sampling = NegativeSampling.Random, Origin = "Gecko's other: uniform from P \\ {p+}." },
        new() { Name = "none", TakesNone = true, Origin = "In-batch negatives alone." },
        new() { Name = "top", Aliases = ["topk", "naive"], Origin = "The hardest, unchecked: NV-Retriever's baseline." },
        new() { Name = "spaced", Sampling = NegativeSampling.Spaced, Origin = "At equal steps of rank; ours." },
        new() { Name = "tempered", Sampling = NegativeSampling.Tempered, Origin = "Hard ones likelier, by rank; ours." },
        new()
        {
            Name = "topk-percpos", Aliases = ["perc", "topk_percpos"], Bounds = new() { PercPos = true },
            Origin = "TopK-PercPos of NV-Retriever (2407.15831, section 3), which refuses s_neg > 0.95 s_pos; right for negative similarities too. The judges' order replaces the retriever's where a judge voted.",
        },
        new()
        {
            Name = "nv-retriever", Bounds = new() { PercPos = true }, Last = 10, WindowOfSurvivors = true, Sampling = NegativeSampling.Random, Published = 4,
            Origin = "NV-Retriever's best (2407.15831): TopK-PercPos, then 4 sampled from the first 10 that are left.",
        },
        new() { Name = "topk-marginpos", Aliases = ["absolute-margin", "absolute_margin"], Bounds = new() { AbsoluteMargin = 0.05 }, Origin = "TopK-MarginPos of NV-Retriever (2407.15831)." },
        new() { Name = "relative-margin", Aliases = ["relative_margin"], Bounds = new() { RelativeMargin = 0.05 }, Origin = "sentence-transformers' relative_margin." },
        new() { Name = "topk-abs", Aliases = ["topk_abs", "max-score", "max_score", "abs"], Bounds = new() { MaxScore = 0.7 }, Origin = "TopK-Abs of NV-Retriever (2407.15831)." },
        new() { Name = "shifted-topk", Aliases = ["topk-shifted", "shifted"], Skip = 10, Origin = "Shifted TopK of NV-Retriever (2407.15831): the first 10 are passed over." },
        new() { Name = "sentence-transformers", Aliases = ["mine_hard_negatives"], WindowOfSurvivors = true, Published = 3, Origin = "sentence-transformers' mine_hard_negatives: its range counts what its filters left. Its margins are settings." },
        new() { Name = "automodel", Bounds = new() { PercPos = true }, Published = 20, Origin = "NVIDIA Automodel's hard_neg_margin 0.95; what is missing is said, never filled with masked documents." },
        new() { Name = "teraflop", Bounds = new() { PercPos = true }, Published = 4, Origin = "teraflop's nvembed_threshold 0.95 of the positive." },
        new()
        {
            Name = "range", Aliases = ["flagembedding", "bge", "hn_mine"], Skip = 10, Last = 210, Sampling = NegativeSampling.Random, Published = 15,
            Origin = "FlagEmbedding's hn_mine: range_for_sampling 10-210, negative_number 15; without its filling up from the corpus at random.",
        },
        new()
        {
            Name = "repllama", Aliases = ["tevatron"], Source = NegativeSource.Either, Last = 200, Sampling = NegativeSampling.Random, Published = 15,
            Origin = "RepLLaMA (2310.08319): 15 from the mixed first 200 of BM25 and of a dense retriever.",
        },
        new() { Name = "bm25", Aliases = ["bm25-only"], Source = NegativeSource.Bm25, Origin = "BM25's first, as DPR (2004.04906) without its answer check." },
        new() { Name = "reasonir", Source = NegativeSource.Bm25, Skip = 20, Published = 1, Origin = "ReasonIR (2504.20595): BM25's first after rank 20." },
        new() { Name = "inpars", Source = NegativeSource.Bm25, Last = 1000, Sampling = NegativeSampling.Random, Published = 100, Origin = "InPars: 100 of BM25's first 1,000; the positive is never among them." },
        new() { Name = "ance", Aliases = ["run"], Source = NegativeSource.Run, Last = 200, Sampling = NegativeSampling.Random, Origin = "ANCE (2007.00808): from the first 200 of a run of the model in training." },
        new() { Name = "in-document", Aliases = ["same-document"], Source = NegativeSource.Document, Origin = "Other passages of a positive's own document (docids file#n)." },
    ];

    /// <summary>The rules' own names, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(r => r.Name).Order(StringComparer.Ordinal)];

    /// <summary>The rules, by ordinal name.</summary>
    public static IReadOnlyList<NegativeRule> All { get; } = [.. Known.OrderBy(r => r.Name, StringComparer.Ordinal)];

    /// <summary>Finds a rule by its name or one of its aliases, as it was published.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <exception cref="InputException">No rule has that name.</exception>
    public static NegativeRule Get(string name) =>
        Known.FirstOrDefault(r => r.Aliases.Prepend(r.Name).Contains(name, StringComparer.OrdinalIgnoreCase))
        ?? throw new InputException(
            $"Mining:NegativeRule is '{name}'.{(Nearest.To(name, Known.SelectMany(r => r.Aliases.Prepend(r.Name))) is { } near ? $" Did you mean '{near}'?" : "")} Known rules: {string.Join(", ", All.Select(r => r.Aliases.Count == 0 ? r.Name : $"{r.Name} (or {string.Join(", ", r.Aliases)})"))}.");

    /// <summary>The rule of the settings: the published one under <see cref="MiningOptions.NegativeRule"/>, its numbers replaced by those that are set.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="unset">The rule where they name none.</param>
    /// <exception cref="InputException">There is no such rule or sampling, or the window is empty.</exception>
    public static NegativeRule From(MiningOptions options, string unset)
    {
        ArgumentNullException.ThrowIfNull(options);
        NegativeRule rule = Get(options.NegativeRule ?? unset);
        rule = rule with
        {
            Skip = options.RangeMin ?? rule.Skip,
            Last = options.RangeMax ?? rule.Last,
            Sampling = options.Sampling is string sampling ? SamplingOf(sampling) : rule.Sampling,
            Temperature = options.SamplingTemperature ?? rule.Temperature,
            Bounds = rule.Bounds with
            {
                AbsoluteMargin = options.AbsoluteMargin ?? rule.Bounds.AbsoluteMargin,
                RelativeMargin = options.RelativeMargin ?? rule.Bounds.RelativeMargin,
                MaxScore = options.MaxScore ?? rule.Bounds.MaxScore,
                MinScore = options.MinScore ?? rule.Bounds.MinScore,
            },
        };
        return rule.Last <= rule.Skip
            ? throw new InputException($"Mining:RangeMax is {rule.Last} and Mining:RangeMin {rule.Skip}: no rank lies between them. RangeMin is the number of first ranks that are passed over, RangeMax the last that is taken.")
            : rule;
    }

    private static NegativeSampling SamplingOf(string name) =>
        Enum.GetNames<NegativeSampling>().FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<NegativeSampling>(known)
            : throw new InputException($"Mining:Sampling is '{name}'. Known: {string.Join(", ", Enum.GetNames<NegativeSampling>().Select(n => n.ToLowerInvariant()))}.");
}
