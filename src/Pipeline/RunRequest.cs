namespace R2Synth.Pipeline;

/// <summary>What the user asked one run for, beside the settings.</summary>
public sealed record RunRequest
{
    /// <summary>Names of the recipes, at least one, in the order given.</summary>
    public required IReadOnlyList<string> Recipes { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Out { get; init; }

    /// <summary>A BEIR folder, a JSONL file, or a folder of txt, md and html; null where no recipe needs one.</summary>
    public string? Corpus { get; init; }

    /// <summary>A file with a topic a line; null where no recipe needs one.</summary>
    public string? Topics { get; init; }

    /// <summary>Units that each recipe begins, seed passages or examples; filters make fewer groups of them. Null takes each recipe's own default.</summary>
    public int? Count { get; init; }

    /// <summary>The run's seed: every random choice follows from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>ISO 639-1 codes of the languages to write in.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en"];

    /// <summary>Whether to print the plan and stop.</summary>
    public bool DryRun { get; init; }

    /// <summary>US dollars that the run may cost over all its processes, above 0; null without a limit. Not part of what the run is: it may grow.</summary>
    public decimal? Budget { get; init; }
}
