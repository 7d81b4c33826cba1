namespace R2Synth.Inference.LlamaCpp;

/// <summary>What waits for the engine: cancelled at once while it waits, and dropped at the next step while it runs.</summary>
internal abstract class EngineRequest
{
    /// <summary>Whether nobody waits for it any more.</summary>
    internal abstract bool Abandoned { get; }

    /// <summary>How often a later request went first; see <see cref="WaitingRequests{T}"/>.</summary>
    internal int Passed { get; set; }

    internal abstract void Fail(Exception exception);
}
