using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace R2Synth.Inference.Hosted;

/// <summary>Requests of our own through the fleet: the same queue, retries and money as chat's.</summary>
/// <param name="http">The fleet's client.</param>
/// <param name="fleet">The fleet.</param>
internal sealed class FleetCalls(HttpClient http, HostedFleet fleet) : IServerCalls
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    /// <inheritdoc/>
    public Task<ServerReply> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        PostAsync(path, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);

    /// <inheritdoc cref="IServerCalls.PostAsync"/>
    public async Task<ServerReply> PostAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        HostedCall call = HostedCall.Begin(cancellationToken);
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = JsonType;
        using HttpResponseMessage response = await http.PostAsync(path, content, CancellationToken.None); // HostedCall says why
        return new ServerReply(
            (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(CancellationToken.None), call.Cost ?? 0, call.Endpoint ?? fleet.States[0].Endpoint);
    }
}
