namespace R2Synth.Inference.Hosted;

/// <summary>What an endpoint's tokens cost.</summary>
/// <param name="In">US dollars for a token read.</param>
/// <param name="CachedIn">US dollars for a token read from the server's prompt cache.</param>
/// <param name="Out">US dollars for a token written.</param>
internal sealed record Pricing(decimal In, decimal CachedIn, decimal Out)
{
    /// <summary>Tokens that a message's role and limits may take beyond its text.</summary>
    private const int TokensPerMessage = 16;

    /// <summary>Whether it costs nothing.</summary>
    public bool IsFree => In == 0 && CachedIn == 0 && Out == 0;

    /// <summary>That of the settings, which are for a million tokens.</summary>
    public static Pricing Of(EndpointOptions options) => new(PerToken(options.PriceIn), PerToken(options.PriceCachedIn ?? options.PriceIn), PerToken(options.PriceOut));

    /// <summary>
    /// The most that a request can cost. No tokenizer makes more tokens of a text than it has bytes, and JSON only makes texts longer, so that the whole body bounds messages, prompts and
    /// schema together.
    /// </summary>
    /// <param name="bytes">Of the body.</param>
    /// <param name="messages">In it.</param>
    /// <param name="mostOutput">Tokens that the reply may have.</param>
    public decimal Worst(int bytes, int messages, int mostOutput) => ((bytes + ((decimal)TokensPerMessage * messages)) * Math.Max(In, CachedIn)) + (mostOutput * Out);

    /// <summary>What a request did cost.</summary>
    public decimal Of(TokenUsage usage) => ((usage.Read - usage.Cached) * In) + (usage.Cached * CachedIn) + (usage.Written * Out);

    private static decimal PerToken(double perMillion) => (decimal)perMillion / 1_000_000m;
}
