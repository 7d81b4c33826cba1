using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>The negative rules by name.</summary>
public static class NegativeRules
{
    private static readonly INegativeRule[] Known = [new GeckoNegativeRule(), new TopKPercPosRule()];

    /// <summary>The names that <see cref="Get"/> knows, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(r => r.Name).Order(StringComparer.Ordinal)];

    /// <summary>Finds a rule.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <exception cref="InputException">No rule has that name.</exception>
    public static INegativeRule Get(string name) =>
        Known.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"Mining:NegativeRule is '{name}'. Known rules: {string.Join(", ", Names)}.");
}
