namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Ends an <see cref="ImpactIndex.Hold"/>.</summary>
/// <param name="mapping">What is held; null for an index in memory.</param>
internal readonly struct IndexHold(IndexMapping? mapping) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => mapping?.Release();
}
