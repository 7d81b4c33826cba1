using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Ends an <see cref="ImpactIndex.Hold"/>.</summary>
/// <param name="mapping">What is held; null for an index in memory.</param>
internal readonly struct IndexHold(MappedFile? mapping) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => mapping?.Release();
}
