using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>
/// Takes the network's place under the connector: a chat request that comes here is put into a batch, and its line comes back as the answer. What the connector and the client above
/// make of requests and answers is therefore the same on both ways.
/// </summary>
internal sealed class BatchHttpHandler(BatchCalls calls, HostedEndpoint endpoint) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        BatchLine line = await calls.AskAsync(BatchInput.Compact(Prepare(body)), cancellationToken);
        if (line.Status is 401 or 402 or 403 or 404)
        {
            throw new InputException(
                $"{endpoint.Prefix} refused a request in a batch ({line.Status}): {endpoint.Quote(ServerMessage.Read(Encoding.UTF8.GetString(line.Body)).Text)} " +
                $"Check {endpoint.Setting}:Model, and what the key may do.");
        }

        ByteArrayContent answer = new(line.Body);
        answer.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpResponseMessage((HttpStatusCode)line.Status) { Content = answer, RequestMessage = request };
    }

    // As HostedHttpHandler does.
    private byte[] Prepare(byte[] body)
    {
        bool isOpenAI = endpoint.Url.Host is "api.openai.com" || endpoint.Url.Host.EndsWith(".openai.azure.com", StringComparison.Ordinal);
        if (isOpenAI || JsonNode.Parse(body) is not JsonObject json || !json.Remove("max_completion_tokens", out JsonNode? limit)) return body;
        json["max_tokens"] = limit;
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }
}
