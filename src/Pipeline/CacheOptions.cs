using System.ComponentModel.DataAnnotations;

namespace R2Synth.Pipeline;

/// <summary>The shared cache of model calls: <c>R2Synth:Cache</c>.</summary>
public sealed class CacheOptions
{
    /// <summary>The SQLite file, relative to the current folder.</summary>
    [Required]
    public string Path { get; set; } = "outputs/cache.db";

    /// <summary>A folder beside the cache: what is in it may be deleted at any time, which costs time then.</summary>
    /// <param name="name">Its name.</param>
    public string FolderOf(string name) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? "", name);
}
