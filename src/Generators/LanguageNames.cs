using R2Synth.Records;

namespace R2Synth.Generators;

/// <summary>English names of the languages that prompts can ask for.</summary>
/// <remarks>A table of our own, because the runtime's names depend on the machine's culture data. The weighted list of E5's 93 languages is not here yet.</remarks>
public static class LanguageNames
{
    private static readonly SortedDictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["ar"] = "Arabic",
        ["cs"] = "Czech",
        ["da"] = "Danish",
        ["de"] = "German",
        ["el"] = "Greek",
        ["en"] = "English",
        ["es"] = "Spanish",
        ["fa"] = "Persian",
        ["fi"] = "Finnish",
        ["fr"] = "French",
        ["he"] = "Hebrew",
        ["hi"] = "Hindi",
        ["hu"] = "Hungarian",
        ["id"] = "Indonesian",
        ["it"] = "Italian",
        ["ja"] = "Japanese",
        ["ko"] = "Korean",
        ["nl"] = "Dutch",
        ["no"] = "Norwegian",
        ["pl"] = "Polish",
        ["pt"] = "Portuguese",
        ["ro"] = "Romanian",
        ["ru"] = "Russian",
        ["sv"] = "Swedish",
        ["th"] = "Thai",
        ["tr"] = "Turkish",
        ["uk"] = "Ukrainian",
        ["vi"] = "Vietnamese",
        ["zh"] = "Chinese",
    };

    /// <summary>The English name of a language.</summary>
    /// <param name="code">ISO 639-1 code in lower case.</param>
    /// <exception cref="InputException">An unknown code.</exception>
    public static string Of(string code) => Known.TryGetValue(code, out string? name)
        ? name
        : throw new InputException($"--languages: '{code}' is not known. Known codes: {string.Join(", ", Known.Keys)}.");
}
