using System.Text.Json;
using Json.Schema;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Prompts;
using R2Synth.Records;

namespace R2Synth.Inference.Structured;

/// <summary>Asks a model by a prompt, checks the reply, has it repaired at most twice, and gives a result or a reason. Thread-safe where the client is.</summary>
/// <param name="client">The model.</param>
public sealed class StructuredCaller(IChatClient client)
{
    /// <summary>The first call and two repairs (design, section 3).</summary>
    private const int MostCalls = 3;

    /// <summary>Asks once, and again where the reply does not fit the prompt's schema.</summary>
    /// <param name="prompt">A prompt with a <c>text</c> or <c>user</c> template.</param>
    /// <param name="slots">Values of its slots.</param>
    /// <param name="seed">The first call's seed; the others' are derived from it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// With a schema: the JSON found in the reply, or a fault. Without one: the trimmed text; a text that was cut off carries <see cref="ReplyFault.CutOff"/> and is not asked for again.
    /// </returns>
    /// <exception cref="ArgumentException">A slot is missing or foreign.</exception>
    /// <exception cref="ContextExceededException">The first request does not fit the model's context. A repair that does not fit leaves the fault as it was.</exception>
    /// <remarks>
    /// A chat is repaired by showing the model its reply and the error (in the prompt's <c>repair</c> template where it has one); a completion, and a reply that is empty or cut off, is drawn again with another seed.
    /// A refusal is not repaired. Whatever the client throws passes through.
    /// </remarks>
    public async Task<StructuredReply> AskAsync(
        Prompt prompt, IReadOnlyDictionary<string, object?> slots, int seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        IReadOnlyList<ChatMessage> asked = prompt.Messages(slots);
        IReadOnlyList<ChatMessage> messages = asked;
        long inputTokens = 0, outputTokens = 0;
        StructuredReply? last = null;
        for (int call = 1; call <= MostCalls; call++)
        {
            int callSeed = call == 1 ? seed : new UnitSeed(seed, "structured/repair", call).NextSamplerSeed();
            ChatResponse response;
            try
            {
                response = await client.GetResponseAsync(messages, prompt.Options(callSeed), cancellationToken);
            }
            catch (ContextExceededException) when (last is not null)
            {
                return last; // The longer conversation of a repair found no room; the reply's own fault is the one to report.
            }

            inputTokens += response.Usage?.InputTokenCount ?? 0;
            outputTokens += response.Usage?.OutputTokenCount ?? 0;
            last = Check(response, prompt.Validator) with { Calls = call, InputTokens = inputTokens, OutputTokens = outputTokens };
            if (last.Fault is null or ReplyFault.Refused || prompt.Validator is null) return last;
            messages = prompt.Form == PromptForm.Chat && last.Fault is ReplyFault.NotJson or ReplyFault.WrongSchema
                ? [.. asked, new ChatMessage(ChatRole.Assistant, last.Text), new ChatMessage(ChatRole.User, prompt.RepairTurn(last.Detail))]
                : asked;
        }

        return last ?? throw new InvalidOperationException("No call was made.");
    }

    private static StructuredReply Check(ChatResponse response, JsonSchema? schema)
    {
        string text = response.Text;
        ErrorContent? refusal = response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().FirstOrDefault();
        if (refusal is not null || response.FinishReason == ChatFinishReason.ContentFilter)
        {
            return new StructuredReply
            {
                Text = text.Length > 0 ? text : refusal?.Message ?? "",
                Calls = 1,
                Fault = ReplyFault.Refused,
                Detail = refusal?.Message ?? "The reply was held back by a content filter.",
            };
        }

        bool cutOff = response.FinishReason == ChatFinishReason.Length;
        const string CutOffDetail = "The reply was cut off: the room for it was used up.";
        if (schema is null)
        {
            string trimmed = text.Trim();
            ReplyFault? fault = trimmed.Length == 0 ? ReplyFault.Empty : cutOff ? ReplyFault.CutOff : null;
            return new StructuredReply
            {
                Text = trimmed,
                Calls = 1,
                Fault = fault,
                Detail = fault switch { ReplyFault.Empty => "The reply is empty.", ReplyFault.CutOff => CutOffDetail, _ => "" },
            };
        }

        (JsonElement? json, ReplyFault? found, string detail) = ReplyParser.Parse(text, schema);
        return found is not null && cutOff
            ? new StructuredReply { Text = text, Calls = 1, Fault = ReplyFault.CutOff, Detail = CutOffDetail }
            : new StructuredReply { Json = json, Text = text, Calls = 1, Fault = found, Detail = detail };
    }
}
