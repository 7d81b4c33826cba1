using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Mining;

/// <summary>Counts embedded passages. Synchronous on purpose: the runtime's own posts to the thread pool, and counts could go back.</summary>
internal sealed class EmbeddingProgress(StageCounter counter) : IProgress<int>
{
    private readonly Lock _gate = new();
    private long _seen;

    /// <inheritdoc/>
    public void Report(int value)
    {
        lock (_gate)
        {
            for (; _seen < value; _seen++)
            {
                counter.Enter();
                counter.Leave();
            }
        }
    }
}
