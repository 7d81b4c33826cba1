namespace R2Synth.Pipeline.Retrieval;

/// <summary>Tells progress on the thread that makes it: the runtime's own posts to the thread pool, and counts could go back.</summary>
internal sealed class SynchronousProgress(Action<int> report) : IProgress<int>
{
    /// <inheritdoc/>
    public void Report(int value) => report(value);
}
