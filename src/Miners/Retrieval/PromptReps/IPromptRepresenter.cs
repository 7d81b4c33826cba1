namespace R2Synth.Miners.Retrieval.PromptReps;

/// <summary>Turns texts into PromptReps' two vectors; the seam where a cache goes. Thread-safe.</summary>
public interface IPromptRepresenter
{
    /// <summary>Represents a text.</summary>
    /// <param name="text">A passage or a query; not cut yet.</param>
    /// <param name="isQuery">Which of the two: the prompt says so.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<PromptRepresentation> RepresentAsync(string text, bool isQuery, CancellationToken cancellationToken = default);
}
