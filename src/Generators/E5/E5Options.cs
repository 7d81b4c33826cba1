using System.ComponentModel.DataAnnotations;

namespace R2Synth.Generators.E5;

/// <summary>The <c>e5</c> recipe's own settings: <c>R2Synth:E5</c>.</summary>
public sealed class E5Options
{
    /// <summary>Examples begun when <c>--count</c> is not given.</summary>
    [Range(1, 100_000_000)]
    public int Count { get; set; } = 20;

    /// <summary>Tasks asked for in one brainstorming call.</summary>
    [Range(1, 100)]
    public int TasksPerCall { get; set; } = 5;

    /// <summary>Examples written for one task at the most.</summary>
    [Range(1, 10000)]
    public int ExamplesPerTask { get; set; } = 4;

    /// <summary>Draws of query and positive with a weak model at the most; the first that passes the filters is kept.</summary>
    [Range(1, 64)]
    public int WeakDraws { get; set; } = 4;

    /// <summary>Draws of the hard negative with a weak model; the hardest that does not outscore the positive is kept.</summary>
    [Range(1, 64)]
    public int WeakNegativeDraws { get; set; } = 3;
}
