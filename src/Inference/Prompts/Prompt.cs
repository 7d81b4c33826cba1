using System.Globalization;
using System.Text.Json;
using Json.Schema;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace R2Synth.Inference.Prompts;

/// <summary>One prompt file: its templates, slots, sampling and the schema of its reply. Made by <see cref="PromptLibrary"/>. Immutable and thread-safe.</summary>
public sealed class Prompt
{
    /// <summary>Template of a completion that all calls share.</summary>
    internal const string Prefix = "prefix";

    /// <summary>Template of a completion.</summary>
    internal const string Text = "text";

    /// <summary>Template of a chat's system message.</summary>
    internal const string System = "system";

    /// <summary>Template of a chat's last message.</summary>
    internal const string User = "user";

    /// <summary>Template of what a chat's reply begins with, where it is the caller who begins it.</summary>
    public const string Begun = "begun";

    /// <summary>Template of the turn that shows a model what was wrong with its reply; its one slot is <see cref="RepairSlot"/>.</summary>
    internal const string Repair = "repair";

    /// <summary>Template of the task's sentence, made from a reply's fields.</summary>
    internal const string Task = "task";

    /// <summary>The slot of <see cref="Repair"/>.</summary>
    internal const string RepairSlot = "error";

    private readonly IReadOnlyDictionary<string, LiquidTemplate> _templates;
    private readonly LiquidPromptTemplate? _messages;
    private readonly IReadOnlyList<string> _messageSlots;

    // Made on first use, when the schema has been set.
    private ChatResponseFormatJson? _format;

    internal Prompt(IReadOnlyDictionary<string, LiquidTemplate> templates, PromptForm form)
    {
        _templates = templates;
        Form = form;
        List<(ChatRole Role, LiquidTemplate Template)> messages = [];
        if (form == PromptForm.Chat && templates.TryGetValue(User, out LiquidTemplate? user))
        {
            if (templates.TryGetValue(System, out LiquidTemplate? system)) messages.Add((ChatRole.System, system));
            for (int n = 1; templates.TryGetValue(NumberedUser(n), out LiquidTemplate? example); n++)
            {
                messages.Add((ChatRole.User, example));
                messages.Add((ChatRole.Assistant, templates[NumberedAssistant(n)]));
            }

            messages.Add((ChatRole.User, user));
        }
        else if (form == PromptForm.Completion && templates.TryGetValue(Text, out LiquidTemplate? text))
        {
            SharedPrefixLength = templates.TryGetValue(Prefix, out LiquidTemplate? prefix) ? prefix.Render(NoSlots).Length : 0;
            messages.Add((ChatRole.User, prefix is null ? text : LiquidTemplate.Join(prefix, text)));
        }

        _messages = messages.Count > 0 ? new LiquidPromptTemplate(messages) : null;
        _messageSlots = [.. messages.SelectMany(message => message.Template.Slots).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static IReadOnlyDictionary<string, object?> NoSlots { get; } = new Dictionary<string, object?>();

    /// <summary>The name, for instance <c>gecko/query</c>; the variant for weak models has the same one.</summary>
    public required string Name { get; init; }

    /// <summary>Whether this is the variant for weak models.</summary>
    public required bool Weak { get; init; }

    /// <summary>What it is for, in a sentence.</summary>
    public required string Purpose { get; init; }

    /// <summary>The paper and section that it is taken from or after.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits: what a record's provenance names.</summary>
    public required string Hash { get; init; }

    /// <summary>How it reaches the model.</summary>
    public PromptForm Form { get; }

    /// <summary>The declared slots, in the file's order; each is used by at least one template.</summary>
    public required IReadOnlyList<string> Slots { get; init; }

    /// <summary>The answers that a judge weighs, in the file's order; empty for a prompt that writes.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How the reply is drawn.</summary>
    public required PromptSampling Sampling { get; init; }

    /// <summary>JSON Schema of the reply; null where the reply is plain text.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Names of the templates, in ordinal order.</summary>
    public IReadOnlyList<string> Templates => [.. _templates.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Length of what all calls of a completion begin with, in UTF-16 code units; 0 without a <c>prefix</c>.</summary>
    public int SharedPrefixLength { get; }

    /// <summary>The schema, ready to validate with; null where there is none.</summary>
    internal JsonSchema? Validator { get; init; }

    /// <summary>Renders one template.</summary>
    /// <param name="template">Its name in the file.</param>
    /// <param name="slots">
    /// Values by slot: text, numbers, lists, dictionaries, records. At least the slots that the template uses, at most the declared ones. Values are data:
    /// they are never parsed as templates, and nothing is encoded.
    /// </param>
    /// <returns>The text as it goes to the model.</returns>
    /// <exception cref="ArgumentException">No such template; a slot of the template is missing; a slot is not declared.</exception>
    public string Render(string template, IReadOnlyDictionary<string, object?> slots)
    {
        ArgumentNullException.ThrowIfNull(slots);
        if (!_templates.TryGetValue(template, out LiquidTemplate? found))
            throw new ArgumentException($"Prompt '{Name}' has no template '{template}'. It has: {string.Join(", ", Templates)}.", nameof(template));
        if (template != Repair) Check(found.Slots, slots);
        return found.Render(slots);
    }

    /// <summary>Renders the messages of a call: one user message for a completion, the whole conversation for a chat.</summary>
    /// <param name="slots">As in <see cref="Render"/>.</param>
    /// <exception cref="ArgumentException">A slot is missing or not declared.</exception>
    /// <exception cref="InvalidOperationException">The prompt has neither <c>text</c> nor <c>user</c>: a judge's, rendered by name.</exception>
    public IReadOnlyList<ChatMessage> Messages(IReadOnlyDictionary<string, object?> slots)
    {
        ArgumentNullException.ThrowIfNull(slots);
        LiquidPromptTemplate messages = MessageTemplate();
        Check(_messageSlots, slots);
        return messages.Messages(slots);
    }

    /// <summary>The options of a call: sampling, the reply's schema, and what <see cref="CallOptions"/> names.</summary>
    /// <param name="seed">The sampler's seed.</param>
    /// <returns>A new object, the caller's to change.</returns>
    public ChatOptions Options(int seed)
    {
        ChatOptions options = new()
        {
            Seed = seed,
            Temperature = Sampling.Temperature,
            TopP = Sampling.TopP,
            TopK = Sampling.TopK,
            MaxOutputTokens = Sampling.MaxTokens,
            StopSequences = Sampling.Stop.Count > 0 ? [.. Sampling.Stop] : null,
            ResponseFormat = Schema is { } schema ? _format ??= ChatResponseFormat.ForJsonSchema(schema, FunctionName) : null,
        };
        if (Form != PromptForm.Completion) return options;
        options.AdditionalProperties = new AdditionalPropertiesDictionary { [CallOptions.Completion] = true };
        if (SharedPrefixLength > 0) options.AdditionalProperties[CallOptions.SharedPrefixLength] = SharedPrefixLength;
        return options;
    }

    /// <summary>The prompt as a function that any user of a Semantic Kernel <see cref="Kernel"/> can invoke: same templates, slots as arguments.</summary>
    /// <returns>A function named after the prompt, with <c>_</c> where a name may not have another character.</returns>
    /// <exception cref="InvalidOperationException">The prompt has neither <c>text</c> nor <c>user</c>.</exception>
    /// <remarks>Semantic Kernel trims the messages' ends, so a completion that ends in a line break loses it there.</remarks>
    public KernelFunction AsKernelFunction()
    {
        Dictionary<string, object> settings = new(StringComparer.Ordinal);
        if (Sampling.Temperature is { } temperature) settings["temperature"] = temperature;
        if (Sampling.TopP is { } topP) settings["top_p"] = topP;
        if (Sampling.TopK is { } topK) settings["top_k"] = topK;
        if (Sampling.MaxTokens is { } maxTokens) settings["max_tokens"] = maxTokens;
        if (Sampling.Stop.Count > 0) settings["stop_sequences"] = Sampling.Stop.ToList();
        if (Schema is { } schema) settings["response_format"] = schema;
        PromptTemplateConfig config = new()
        {
            Name = FunctionName,
            Description = Purpose,
            TemplateFormat = LiquidPromptTemplateFactory.Format,
            InputVariables = [.. _messageSlots.Select(slot => new InputVariable { Name = slot, IsRequired = true })],
        };
        config.AddExecutionSettings(new PromptExecutionSettings { ExtensionData = settings });
        return KernelFunctionFactory.CreateFromPrompt(MessageTemplate(), config);
    }

    /// <summary>Whether <see cref="Messages"/> can be called: not for a judge's prompt that is rendered template by template.</summary>
    internal bool HasMessages => _messages is not null;

    internal static string NumberedUser(int n) => string.Create(CultureInfo.InvariantCulture, $"{User}{n}");

    internal static string NumberedAssistant(int n) => string.Create(CultureInfo.InvariantCulture, $"assistant{n}");

    /// <summary>The turn that asks for a better reply: the file's own <c>repair</c> template where it has one, else the bare error.</summary>
    internal string RepairTurn(string error) => _templates.TryGetValue(Repair, out LiquidTemplate? repair)
        ? repair.Render(new Dictionary<string, object?> { [RepairSlot] = error })
        : error;

    // OpenAI's limit for a schema's name is 64 characters; Semantic Kernel's functions take the same characters.
    private string FunctionName
    {
        get
        {
            string name = new([.. Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
            return name.Length <= 64 ? name : name[^64..];
        }
    }

    private LiquidPromptTemplate MessageTemplate() => _messages ?? throw new InvalidOperationException(
        $"Prompt '{Name}' has no '{(Form == PromptForm.Chat ? User : Text)}' template; render its templates by name: {string.Join(", ", Templates)}.");

    private void Check(IEnumerable<string> used, IReadOnlyDictionary<string, object?> slots)
    {
        string? missing = used.FirstOrDefault(slot => !slots.ContainsKey(slot));
        if (missing is not null) throw new ArgumentException($"Prompt '{Name}' needs a value for its slot '{missing}'.", nameof(slots));
        string? foreign = slots.Keys.FirstOrDefault(slot => !Slots.Contains(slot));
        if (foreign is not null) throw new ArgumentException($"Prompt '{Name}' has no slot '{foreign}'. It has: {string.Join(", ", Slots)}.", nameof(slots));
    }
}
