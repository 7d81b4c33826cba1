using System.ComponentModel.DataAnnotations;

namespace R2Synth.Inference;

/// <summary>The batch interface of a server (OpenAI's files and batches): <c>R2Synth:Backends:NAME:Batch</c>.</summary>
public sealed class BatchOptions
{
    /// <summary>Whether calls go through it.</summary>
    public bool Enabled { get; set; }

    /// <summary>Most requests in one batch; OpenAI takes 50,000.</summary>
    [Range(1, 50_000)]
    public int MaxRequests { get; set; } = 10_000;

    /// <summary>Most megabytes of requests in one batch; OpenAI takes 200.</summary>
    [Range(1, 200)]
    public int MaxMegabytes { get; set; } = 100;

    /// <summary>Seconds without a new call after which the calls collected so far are sent.</summary>
    [Range(0.01, 3600.0)]
    public double IdleSeconds { get; set; } = 5;

    /// <summary>Seconds between two looks at a batch under way.</summary>
    [Range(0.01, 3600.0)]
    public double PollSeconds { get; set; } = 30;

    /// <summary>How long the server may take, in its own words.</summary>
    [Required]
    public string CompletionWindow { get; set; } = "24h";

    /// <summary>Where batches under way are remembered, relative to the settings file's folder, so that a killed run finds them again.</summary>
    [Required]
    public string Folder { get; set; } = "outputs/batches";
}
