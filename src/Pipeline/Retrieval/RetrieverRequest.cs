using R2Synth.Inference;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Retrieval;

/// <summary>Which retriever to open, and over what.</summary>
public sealed record RetrieverRequest
{
    /// <summary>The settings: backends, cache, BM25's parameters.</summary>
    public required R2SynthOptions Options { get; init; }

    /// <summary>Where the relative paths of models start.</summary>
    public required string SettingsFolder { get; init; }

    /// <summary>The retriever.</summary>
    public required RetrieverSpec Spec { get; init; }

    /// <summary>The corpus that hits point into; not empty.</summary>
    public required IReadOnlyList<Passage> Passages { get; init; }

    /// <summary>The corpus's language as an ISO 639-1 code, for lexical retrievers; null takes English.</summary>
    public string? Language { get; init; }

    /// <summary>Ids of the queries that will come, to hold imported runs against; null leaves that out.</summary>
    public IReadOnlyCollection<string>? Qids { get; init; }

    /// <summary>Where relative paths of runs and impacts start.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Counts model calls, tokens and money.</summary>
    public RunCounters Counters { get; init; } = new();

    /// <summary>Told how far an index has come: what is done, how much of how many; null where nobody asks.</summary>
    public Action<string, int, int>? Progress { get; init; }

    /// <summary>Opens a backend by name, settings and folder; tests give their own.</summary>
    public Func<string, BackendOptions, string, CancellationToken, Task<Backend>> OpenBackend { get; init; } =
        (name, options, folder, cancellationToken) => BackendFactory.OpenAsync(name, options, folder, cancellationToken: cancellationToken);
}
