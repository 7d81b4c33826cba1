using System.Globalization;
using R2Synth.Miners;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Pipeline.Retrieval;

/// <summary>Where a corpus's indexes and vectors are kept: beside the cache of calls, by what they were made from. All of it may be deleted at any time, and costs time then. Not thread-safe.</summary>
/// <param name="cache">The cache's settings.</param>
/// <param name="passages">The corpus.</param>
internal sealed class CorpusPlaces(CacheOptions cache, IReadOnlyList<Passage> passages)
{
    private string? _corpusHash;

    /// <summary>The place of vectors.</summary>
    /// <param name="kind">A word for the file's name.</param>
    /// <param name="identity">What the vectors depend on beside the corpus.</param>
    public VectorPlace Vectors(string kind, string identity)
    {
        string key = Key("vectors/1", kind, identity);
        return new VectorPlace(Path.Combine(cache.FolderOf("vectors"), $"{kind}-{key[..16]}.vec"), key);
    }

    /// <summary>The file of an index.</summary>
    /// <inheritdoc cref="Vectors"/>
    public string Index(string kind, string identity) => Path.Combine(cache.FolderOf("indexes"), $"{kind}-{Key("indexes/1", kind, identity)[..16]}.idx");

    /// <summary>BM25 over the corpus by the settings, opened or built.</summary>
    /// <param name="mining">k1 and b.</param>
    /// <param name="language">The corpus's language as an ISO 639-1 code.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The retriever, and what its scores depend on beside the corpus.</returns>
    public async Task<(Bm25Retriever Retriever, string Identity)> Bm25Async(MiningOptions mining, string language, CancellationToken cancellationToken)
    {
        string identity = string.Create(CultureInfo.InvariantCulture, $"bm25 k1 {mining.Bm25K1:R} b {mining.Bm25B:R} {language}");
        return (await Bm25Retriever.OpenOrBuildAsync(Index("bm25", identity), passages, mining.Bm25K1, mining.Bm25B, language, cancellationToken: cancellationToken), identity);
    }

    private string Key(string form, string kind, string identity) => ContentHash.Of(form, kind, identity, _corpusHash ??= CorpusHash.Of(passages));
}
