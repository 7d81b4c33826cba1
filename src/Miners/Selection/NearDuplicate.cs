namespace R2Synth.Miners.Selection;

/// <summary>Tells whether texts say the same thing in the same words as one given text; its forms are computed once.</summary>
/// <param name="text">The text that others are compared with.</param>
public sealed class NearDuplicate(string text)
{
    /// <summary>Share of common word 3-grams from which two texts count as the same.</summary>
    public const double LeastJaccard = 0.8;

    private readonly string _text = TextForm.Normalise(text);
    private readonly HashSet<string> _trigrams = TextForm.Trigrams(text);

    /// <summary>Equal but for case and white space, one inside the other, or word 3-gram Jaccard of <see cref="LeastJaccard"/> or more.</summary>
    public bool Matches(string other)
    {
        string normalised = TextForm.Normalise(other);
        if (_text.Contains(normalised, StringComparison.Ordinal) || normalised.Contains(_text, StringComparison.Ordinal))
        {
            return true;
        }

        HashSet<string> trigrams = TextForm.Trigrams(other);
        int common = trigrams.Count(_trigrams.Contains);
        return common >= LeastJaccard * (trigrams.Count + _trigrams.Count - common);
    }
}
