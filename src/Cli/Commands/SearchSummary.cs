namespace R2Synth.Cli.Commands;

/// <summary>What a search came to; the document of <c>--json</c>.</summary>
internal sealed class SearchSummary
{
    /// <summary>The retriever as it was named.</summary>
    public required string Retriever { get; init; }

    /// <summary>What the rankings depend on: settings and models.</summary>
    public required string Identity { get; init; }

    /// <summary>The run's last column.</summary>
    public required string Tag { get; init; }

    /// <summary>Most hits a query.</summary>
    public required int Depth { get; init; }

    /// <summary>Passages of the corpus.</summary>
    public required int Passages { get; init; }

    /// <summary>Queries asked.</summary>
    public required int Queries { get; init; }

    /// <summary>Lines of the run.</summary>
    public long Hits { get; set; }

    /// <summary>Queries of which the run has no line.</summary>
    public int QueriesWithoutHits { get; set; }

    /// <summary>Model calls made.</summary>
    public long Calls { get; set; }

    /// <summary>Model calls that the cache answered.</summary>
    public long CacheHits { get; set; }

    /// <summary>What calls made did cost, in US dollars.</summary>
    public decimal Cost { get; set; }

    /// <summary>What was left out or does not fit.</summary>
    public required IReadOnlyList<string> Misfits { get; init; }

    /// <summary>The run's file.</summary>
    public required string? Out { get; init; }
}
