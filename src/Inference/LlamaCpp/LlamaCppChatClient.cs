using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Writes replies with the model in the process. The same call gives the same reply, bit for bit, whatever else runs. Thread-safe.</summary>
internal sealed class LlamaCppChatClient : WholeReplyChatClient
{
    /// <summary>Tokens of a reply where <see cref="ChatOptions.MaxOutputTokens"/> is not set, less where the context has less room.</summary>
    internal const int DefaultMaxOutputTokens = 256;

    private readonly LlamaEngine _engine;
    private readonly ChatTemplate _template;

    internal LlamaCppChatClient(LlamaEngine engine, ChatTemplate template, string model)
        : base("llama.cpp", model)
    {
        _engine = engine;
        _template = template;
    }

    /// <inheritdoc/>
    /// <exception cref="ContextExceededException">Prompt and reply do not fit the context.</exception>
    /// <exception cref="InputException">The model has no usable chat template and the call is not a completion.</exception>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (options?.Tools is { Count: > 0 })
            throw new NotSupportedException("The model in the process calls no tools. Remove ChatOptions.Tools, or use a backend of Kind OpenAI.");

        GenerateRequest request = Request([.. messages], options ?? new ChatOptions());
        Generation reply = await _engine.GenerateAsync(request, cancellationToken);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, reply.Text))
        {
            ModelId = Model,
            FinishReason = reply.Cut ? ChatFinishReason.Length : ChatFinishReason.Stop,
            Usage = new UsageDetails
            {
                InputTokenCount = request.Prompt.Length,
                OutputTokenCount = reply.Tokens,
                TotalTokenCount = request.Prompt.Length + reply.Tokens,
            },
        };
    }

    private GenerateRequest Request(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        bool completion = options.AdditionalProperties?.TryGetValue(CallOptions.Completion, out bool asked) == true && asked;
        int[] prompt = completion ? _engine.Tokenizer.Encode(LastUserText(messages)) : _template.Encode([.. messages.Select(RoleAndText)]);
        int room = Math.Max(1, _engine.Settings.Longest - prompt.Length);
        return new GenerateRequest
        {
            Prompt = prompt,
            Thinks = !completion && _template.Thinks,
            Shared = completion ? SharedTokens(LastUserText(messages), options) : 0,
            MaxTokens = options.MaxOutputTokens ?? Math.Min(DefaultMaxOutputTokens, room),
            Stops = [.. (options.StopSequences ?? []).Where(stop => stop.Length > 0).Select(Encoding.UTF8.GetBytes)],
            Sampling = Sampling(options),
        };
    }

    private int SharedTokens(string text, ChatOptions options) =>
        options.AdditionalProperties?.TryGetValue(CallOptions.SharedPrefixLength, out int length) == true && length > 0
            ? _engine.Tokenizer.Encode(text[..Math.Min(length, text.Length)]).Length
            : 0;

    private static SamplingOptions Sampling(ChatOptions options)
    {
        // Whoever names the candidates gets those and no others.
        bool named = options.TopK is not null || options.TopP is not null;
        return new SamplingOptions
        {
            Temperature = options.Temperature ?? SamplingOptions.DefaultTemperature,
            TopK = options.TopK ?? (named ? 0 : SamplingOptions.DefaultTopK),
            TopP = options.TopP ?? (named ? 1 : SamplingOptions.DefaultTopP),
            MinP = named ? 0 : SamplingOptions.DefaultMinP,
            FrequencyPenalty = options.FrequencyPenalty ?? 0,
            PresencePenalty = options.PresencePenalty ?? 0,
            Seed = options.Seed ?? 0,
            Grammar = options.ResponseFormat is ChatResponseFormatJson json ? JsonSchemaGrammar.FromSchema(json.Schema ?? AnyJson) : null,
        };
    }

    private static JsonElement AnyJson { get; } = JsonElement.Parse("{}");

    private static string LastUserText(IReadOnlyList<ChatMessage> messages) =>
        messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text
        ?? throw new ArgumentException("A completion needs one user message: the text to be continued.", nameof(messages));

    private static (string Role, string Text) RoleAndText(ChatMessage message) =>
        message.Role == ChatRole.System || message.Role == ChatRole.User || message.Role == ChatRole.Assistant
            ? (message.Role.Value, message.Text)
            : throw new NotSupportedException($"The model in the process has no role '{message.Role.Value}'. Use system, user or assistant.");
}
