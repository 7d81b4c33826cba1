using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>
/// Chat over <c>chat/completions</c>: the schema is sent as it is, the cost is added to the reply, and errors are told apart into the run's (<see cref="InputException"/>) and a
/// record's (<see cref="ContextExceededException"/>, a refusal). Thread-safe.
/// </summary>
/// <param name="calls">The way to the servers, at once or by batches.</param>
/// <param name="fleet">The fleet.</param>
/// <param name="model">The model's name; an endpoint may have another one.</param>
/// <param name="structuredOutput">Whether the schema goes with the request.</param>
/// <remarks>Why not Semantic Kernel's connector: docs/decisions/0003-the-way-to-a-server.md.</remarks>
internal sealed class HostedChatClient(FleetCalls calls, HostedFleet fleet, string model, bool structuredOutput) : WholeReplyChatClient("openai", model)
{
    private volatile bool _sendsSchema = structuredOutput;

    /// <summary>Whether the schema goes with the request.</summary>
    public bool SendsSchema
    {
        get => _sendsSchema;
        set => _sendsSchema = value;
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ServerReply reply = await calls.PostAsync("chat/completions", ChatBody.Write(Model, messages, options, SendsSchema), cancellationToken);
        ChatResponse response = reply.IsSuccess ? Read(reply.Body, reply.Endpoint) : Rejected(reply.Status, reply.Body, reply.Endpoint);
        if (reply.Cost > 0) (response.AdditionalProperties ??= [])[CallOptions.Cost] = reply.Cost;
        return response;
    }

    private static ChatResponse Read(byte[] body, HostedEndpoint endpoint)
    {
        try
        {
            return ChatBody.Read(body);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InputException($"{endpoint.Prefix} answered in a way that cannot be read: {endpoint.Quote(fault.Message)} Is it an OpenAI-compatible server?", fault);
        }
    }

    private ChatResponse Rejected(int status, byte[] body, HostedEndpoint endpoint)
    {
        ServerMessage said = ServerMessage.Read(Encoding.UTF8.GetString(body));
        string quoted = endpoint.Quote(said.Text);
        if (said.IsContextExceeded) throw new ContextExceededException($"{endpoint.Prefix}: the request does not fit the model's context: {quoted}");
        // Once a request has been served, the settings are right and a rejected request is the record's own fault.
        if (said.IsContentFilter || (fleet.Served > 0 && status is 400 or 413 or 422))
        {
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, [new ErrorContent(quoted) { ErrorCode = said.Code.Trim() }]))
            {
                FinishReason = said.IsContentFilter ? ChatFinishReason.ContentFilter : null,
            };
        }

        throw new InputException(
            $"{endpoint.Prefix} rejected the request ({status}): {quoted} Check {endpoint.Setting}:Model" +
            (SendsSchema ? "; a server without structured output needs StructuredOutput set to false." : "."));
    }
}
