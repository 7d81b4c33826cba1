using System.Text.Json.Nodes;

namespace R2Synth.Inference.Hosted;

/// <summary>Requests beside chat: scores, embeddings and rerankings. Thread-safe.</summary>
internal interface IServerCalls
{
    /// <summary>Sends a request, with whatever waits and retries there are.</summary>
    /// <param name="path">Below <c>/v1</c>, for instance <c>completions</c>.</param>
    /// <param name="body">The request, without <c>model</c>, which is put in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What came back, also where it is a refusal that no retry mends.</returns>
    /// <exception cref="CallFailedException">This request failed in every try.</exception>
    /// <exception cref="Records.InputException">The run cannot go on.</exception>
    Task<ServerReply> PostAsync(string path, JsonObject body, CancellationToken cancellationToken);
}
