using R2Synth.Pipeline.Money;

namespace R2Synth.Pipeline.Reporting;

/// <summary>A model that a run used.</summary>
internal sealed record ModelReport
{
    /// <summary>What for: <c>generator</c>, <c>judge</c> or <c>embedder</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Its name in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>What its replies depend on.</summary>
    public required string Identity { get; init; }

    /// <summary>Whether it got the prompts for weak models.</summary>
    public bool Weak { get; init; }

    /// <summary>What its tokens cost, one entry for each different price among its servers; empty where nothing is paid.</summary>
    public IReadOnlyList<TokenPrices> Prices { get; init; } = [];
}
