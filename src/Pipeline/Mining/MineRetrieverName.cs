using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>What <c>--retriever</c> names: BM25, a backend that embeds, or both.</summary>
/// <param name="Bm25">Whether BM25 is among them.</param>
/// <param name="Embedder">Name of the backend; null without one.</param>
internal sealed record MineRetrieverName(bool Bm25, string? Embedder)
{
    private const string Lexical = "bm25";

    /// <summary>Reads <c>bm25</c>, <c>static</c>, <c>bm25+static</c>.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static MineRetrieverName Parse(string name, R2SynthOptions options)
    {
        string[] parts = name.Split('+', StringSplitOptions.TrimEntries);
        string[] embedders = [.. parts.Where(part => part != Lexical)];
        string? unknown = embedders.FirstOrDefault(part => !options.Backends.ContainsKey(part));
        return parts.Length == 0 || unknown is not null || embedders.Length > 1 || parts.Distinct(StringComparer.Ordinal).Count() < parts.Length
            ? throw new InputException($"--retriever is '{name}'; allowed: {Lexical}, the name of a backend that embeds, or both joined by '+', for instance {MineRequest.DefaultRetriever}. Backends: {string.Join(", ", options.Backends.Keys)}.")
            : new MineRetrieverName(parts.Length > embedders.Length, embedders.FirstOrDefault());
    }
}
