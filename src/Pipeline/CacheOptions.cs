using System.ComponentModel.DataAnnotations;

namespace R2Synth.Pipeline;

/// <summary>The shared cache of model calls: <c>R2Synth:Cache</c>.</summary>
public sealed class CacheOptions
{
    /// <summary>The SQLite file, relative to the current folder.</summary>
    [Required]
    public string Path { get; set; } = "outputs/cache.db";
}
