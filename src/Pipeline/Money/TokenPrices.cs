using R2Synth.Inference;

namespace R2Synth.Pipeline.Money;

/// <summary>What a million tokens cost at one server, in US dollars.</summary>
/// <param name="In">Tokens read.</param>
/// <param name="CachedIn">Tokens read that the server has in its own prompt cache.</param>
/// <param name="Out">Tokens written.</param>
internal sealed record TokenPrices(decimal In, decimal CachedIn, decimal Out)
{
    private const decimal Million = 1_000_000m;

    /// <summary>One entry for each different price among a backend's servers; none where all are free, as models in the process are.</summary>
    public static IReadOnlyList<TokenPrices> Of(BackendOptions options) =>
    [
        .. options.Endpoints
            .Where(endpoint => options.Endpoints.Any(any => any.PriceIn > 0 || any.PriceOut > 0 || any.PriceCachedIn > 0))
            .Select(endpoint => new TokenPrices((decimal)endpoint.PriceIn, (decimal)(endpoint.PriceCachedIn ?? endpoint.PriceIn), (decimal)endpoint.PriceOut))
            .Distinct(),
    ];

    /// <summary>US dollars for tokens, none of them from the server's prompt cache.</summary>
    public decimal For(decimal read, decimal written) => ((read * In) + (written * Out)) / Million;
}
