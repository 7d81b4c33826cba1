namespace R2Synth.Inference.Hosted;

/// <summary>The likeliest tokens of a position, as a server lists them: at most 20 of a whole vocabulary.</summary>
/// <param name="tokens">Each text once, with the natural logarithm of its probability.</param>
internal sealed class TopTokens(IReadOnlyDictionary<string, double> tokens)
{
    /// <summary>Below this the listed probabilities sum to 1 but for rounding, and what is left of 1 says nothing.</summary>
    private const double Rounding = 1e-5;

    /// <summary>The tokens, likeliest first, equals by ordinal text.</summary>
    public IEnumerable<NextToken> Ordered => tokens
        .OrderByDescending(token => token.Value).ThenBy(token => token.Key, StringComparer.Ordinal).Select(token => new NextToken(token.Key, token.Value, null));

    /// <summary>
    /// The most that a token can weigh that is not listed: no more than the least likely one listed, nor than all that is left of 1. A bound and not an estimate: it is the closest to the
    /// truth that can be said, and it lets two labels be compared when the list holds one of them, or (as equals) none.
    /// </summary>
    public double Unlisted
    {
        get
        {
            double least = tokens.Values.Min(), left = 1 - tokens.Values.Sum(Math.Exp);
            return left > Rounding ? Math.Min(least, Math.Log(left)) : least;
        }
    }

    /// <summary>The weight of a label: of the longest listed token that it begins with, or <see cref="Unlisted"/> where there is none.</summary>
    /// <param name="label">The label.</param>
    /// <param name="ownBlank">Whether its leading blank stands in the token, as after text; at the beginning of a chat reply there is none. Some tokenizers take it off all the same.</param>
    public double Weight(string label, bool ownBlank)
    {
        string bare = label.TrimStart();
        if (bare.Length == 0) bare = label;
        return (ownBlank ? Longest(label) : null) ?? Longest(bare) ?? Unlisted;
    }

    private double? Longest(string label)
    {
        KeyValuePair<string, double>? best = null;
        foreach (KeyValuePair<string, double> token in tokens)
        {
            bool fits = label.StartsWith(token.Key, StringComparison.Ordinal) && (!string.IsNullOrWhiteSpace(token.Key) || string.IsNullOrWhiteSpace(label));
            if (fits && !(best?.Key.Length >= token.Key.Length)) best = token;
        }

        return best?.Value;
    }
}
