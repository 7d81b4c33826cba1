using System.Text.Json;
using System.Text.Json.Nodes;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>Requests to one endpoint before the run begins: paid for like any other, and tried again a few times only, since a server may answer 500 to a field that it does not know.</summary>
/// <param name="endpoint">Who is asked.</param>
/// <param name="sender">Sends.</param>
/// <param name="times">The waits.</param>
internal sealed class ProbeCalls(HostedEndpoint endpoint, HostedSender sender, HostedTimes times) : IServerCalls
{
    private const int Tries = 4;

    /// <inheritdoc/>
    public async Task<ServerReply> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        RequestForm form = path switch
        {
            "chat/completions" => RequestForm.Chat,
            "completions" => RequestForm.Completion,
            RerankMethod.Path or RerankMethod.RootPath => RequestForm.Rerank,
            _ => RequestForm.Embedding,
        };
        RequestBody request = RequestBody.Read(JsonSerializer.SerializeToUtf8Bytes(body), form);
        TimeSpan wait = times.FirstDelay;
        for (int tries = 1; ; tries++)
        {
            HostedCall call = HostedCall.Begin(cancellationToken);
            Attempt attempt = await sender.TryAsync(endpoint, request, path, call);
            if (attempt.Kind == AttemptKind.Fatal) throw new InputException(attempt.Reason);
            if (attempt.Kind == AttemptKind.Unreachable) throw attempt.NoAnswer(endpoint, tries, kept: false);
            if (attempt.Response is { } response)
            {
                using (response) return new ServerReply((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), call.Cost ?? 0, endpoint);
            }

            if (tries == Tries) throw new CallFailedException($"{endpoint.Prefix} did not answer: {attempt.Reason}");
            await Task.Delay(attempt.RetryAfter > wait ? attempt.RetryAfter.Value : wait, times.Clock, cancellationToken);
            wait *= 2;
        }
    }
}
