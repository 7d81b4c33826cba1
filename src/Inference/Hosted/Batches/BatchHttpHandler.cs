using System.Net;
using System.Net.Http.Headers;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>
/// Stands between the chat client and the network: a chat request that comes here is put into a batch, and its line comes back as the answer. What the chat client
/// makes of requests and answers is therefore the same on both ways. Other requests pass.
/// </summary>
/// <param name="calls">The batches.</param>
/// <param name="endpoint">The server.</param>
/// <param name="direct">Takes what is no chat.</param>
internal sealed class BatchHttpHandler(BatchCalls calls, HostedEndpoint endpoint, HttpMessageHandler direct) : DelegatingHandler(direct)
{
    /// <inheritdoc/>
    /// <exception cref="InputException">The run cannot go on: settings, keys, money, or no server for too long.</exception>
    /// <exception cref="CallFailedException">This request failed in every batch that it was put into.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null || request.RequestUri?.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal) != true) return await base.SendAsync(request, cancellationToken);
        HostedCall call = HostedCall.Current ?? HostedCall.Begin(cancellationToken);
        RequestBody body = RequestBody.Read(await request.Content.ReadAsByteArrayAsync(cancellationToken), RequestForm.Chat);
        byte[] json = BatchInput.Compact(body.For(endpoint));
        decimal worst = endpoint.Pricing.Worst(json.Length, body.Messages, body.MostOutput);
        BatchLine line = await calls.AskAsync(json, worst, call.CancellationToken);
        if (line.IsOutOfMoney || line.Status is 401 or 403 or 404)
        {
            string said = endpoint.Quote(line.Said.Text).TrimEnd('.');
            throw new InputException($"{endpoint.Prefix} refused a request in a batch ({line.Status}: {said}). Check {endpoint.Setting}:Model, and what the key and the account may do.");
        }

        call.Endpoint = endpoint;
        if (line.IsBilled && !endpoint.Pricing.IsFree) call.Add(line.Cost(endpoint.Pricing) ?? worst);
        ByteArrayContent answer = new(line.Body);
        answer.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpResponseMessage((HttpStatusCode)line.Status) { Content = answer, RequestMessage = request };
    }
}
