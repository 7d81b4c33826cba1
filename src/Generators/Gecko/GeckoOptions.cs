using System.ComponentModel.DataAnnotations;

namespace R2Synth.Generators.Gecko;

/// <summary>The <c>gecko</c> recipe's own settings: <c>R2Synth:Gecko</c>.</summary>
public sealed class GeckoOptions
{
    /// <summary>Seed passages drawn when <c>--count</c> is not given.</summary>
    [Range(1, 100_000_000)]
    public int Count { get; set; } = 44;

    /// <summary>Draws a seed passage with a strong model.</summary>
    [Range(1, 64)]
    public int Draws { get; set; } = 1;

    /// <summary>Draws a seed passage with a weak model; the best by the filters and its likelihood is kept.</summary>
    [Range(1, 64)]
    public int WeakDraws { get; set; } = 4;

    /// <summary>Queries that a seed passage gives at most: its best drafts by grounding, each a unit of its own. At most as many as there are draws. Promptagator (2209.11755) keeps 8.</summary>
    [Range(1, 64)]
    public int Queries { get; set; } = 1;

    /// <summary>
    /// Least grounding of a query in its seed: how much likelier, in nats a token, a judge finds it after the passage than by itself. Ours; it drops
    /// queries that would fit any passage.
    /// </summary>
    [Range(-100.0, 100.0)]
    public double MinGrounding { get; set; } = 1.6;
}
