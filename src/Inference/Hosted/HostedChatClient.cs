using System.ClientModel;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using R2Synth.Records;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace R2Synth.Inference.Hosted;

/// <summary>
/// Before the connector: our own options taken off, the schema sent as it is. After it: what it did cost added, errors told apart into the run's (<see cref="InputException"/>) and a
/// record's (<see cref="ContextExceededException"/>, a refusal).
/// </summary>
internal sealed class HostedChatClient(IChatClient connector, HostedFleet fleet, bool structuredOutput) : DelegatingChatClient(connector)
{
    private volatile bool _sendsSchema = structuredOutput;

    /// <summary>Whether the schema goes with the request.</summary>
    public bool SendsSchema
    {
        get => _sendsSchema;
        set => _sendsSchema = value;
    }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        HostedCall call = HostedCall.Begin(cancellationToken);
        ChatResponse response;
        try
        {
            response = await base.GetResponseAsync(messages, Adapt(options), CancellationToken.None); // HostedCall says why
        }
        catch (ClientResultException fault)
        {
            response = Rejected(fault, call.Endpoint ?? fleet.States[0].Endpoint);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException or FormatException or KeyNotFoundException)
        {
            HostedEndpoint endpoint = call.Endpoint ?? fleet.States[0].Endpoint;
            throw new InputException($"{endpoint.Prefix} answered in a way that cannot be read: {endpoint.Quote(fault.Message)} Is it an OpenAI-compatible server?", fault);
        }

        if (call.Cost is { } cost) (response.AdditionalProperties ??= [])[CallOptions.Cost] = cost;
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Whole replies only: a retry after half a stream would give a reply of two pieces.
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates()) yield return update;
    }

    private ChatOptions Adapt(ChatOptions? options)
    {
        ChatOptions adapted = options?.Clone() ?? new ChatOptions();
        adapted.AdditionalProperties?.Remove(CallOptions.Completion);
        adapted.AdditionalProperties?.Remove(CallOptions.SharedPrefixLength);
        if (!SendsSchema)
        {
            adapted.ResponseFormat = null;
        }
        else if (adapted.ResponseFormat is ChatResponseFormatJson { Schema: { } schema } format)
        {
            // The connector would strip lengths and counts from the schema, which servers other than OpenAI's hold to.
            adapted.RawRepresentationFactory = _ => new ChatCompletionOptions
            {
                ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(
                    format.SchemaName ?? "reply", BinaryData.FromString(schema.GetRawText()), format.SchemaDescription, jsonSchemaIsStrict: true),
            };
        }

        return adapted;
    }

    private ChatResponse Rejected(ClientResultException fault, HostedEndpoint endpoint)
    {
        ServerMessage said = ServerMessage.Read(fault.GetRawResponse()?.Content.ToString() ?? fault.Message);
        string quoted = endpoint.Quote(said.Text);
        if (said.IsContextExceeded) throw new ContextExceededException($"{endpoint.Prefix}: the request does not fit the model's context: {quoted}", fault);
        // Once a request has been served, the settings are right and a rejected request is the record's own fault.
        if (said.IsContentFilter || (fleet.Served > 0 && fault.Status is 400 or 413 or 422))
        {
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, [new ErrorContent(quoted) { ErrorCode = said.Code.Trim() }]))
            {
                FinishReason = said.IsContentFilter ? Microsoft.Extensions.AI.ChatFinishReason.ContentFilter : null,
            };
        }

        throw new InputException(
            $"{endpoint.Prefix} rejected the request ({fault.Status}): {quoted} Check {endpoint.Setting}:Model" +
            (SendsSchema ? "; a server without structured output needs StructuredOutput set to false." : "."), fault);
    }
}
