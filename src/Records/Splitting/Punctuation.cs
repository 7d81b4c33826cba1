namespace R2Synth.Records.Splitting;

/// <summary>The signs around the ends of sentences.</summary>
internal static class Punctuation
{
    private const string Closers = "\"'”’»›)]}」』】）］*_";
    private const string Openers = "\"'“‘«‹([{「『【（［¿¡*_—–-";

    /// <summary>Whether a sentence may end with the sign: Latin, Arabic, Urdu, Hindi, Armenian, Ethiopic, Burmese, Khmer, Chinese and Japanese stops.</summary>
    public static bool EndsSentence(char c) =>
        c is '.' or '!' or '?' or '…' or '‽' or '؟' or '۔' or '।' or '॥' or '։' or '።' or '။' or '។' || IsFullWidthStop(c);

    /// <summary>Whether the sign ends a sentence without white space after it.</summary>
    public static bool IsFullWidthStop(char c) => c is '。' or '！' or '？' or '｡' or '．';

    /// <summary>Whether the sign may stand between the stop and the end of its sentence.</summary>
    public static bool Closes(char c) => Closers.Contains(c, StringComparison.Ordinal);

    /// <summary>Whether the sign may stand before the first word of a sentence.</summary>
    public static bool Opens(char c) => Openers.Contains(c, StringComparison.Ordinal);
}
