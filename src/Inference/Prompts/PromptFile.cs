using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Json.Schema;
using R2Synth.Inference.Structured;
using R2Synth.Records;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace R2Synth.Inference.Prompts;

/// <summary>Reads one prompt file. Every fault is an <see cref="InputException"/> that names the file, and the line where it is known.</summary>
internal sealed class PromptFile(string path)
{
    private const int MostStops = 4;

    private static readonly string[] Keys = ["name", "purpose", "source", "form", "slots", "sampling", "labels", "templates", "schema"];

    public Prompt Read(string name, bool weak)
    {
        byte[] bytes = File.ReadAllBytes(path);
        YamlMappingNode root = Parse(bytes);
        Allow(root, "key", Keys);

        string written = Text(root, "name");
        if (written != name) throw Fault(Child(root, "name"), $"'name' is '{written}'. It must be '{name}', the file's path without '.yaml'{(weak ? " and '.weak'" : "")}.");
        PromptForm form = Text(root, "form") switch
        {
            "completion" => PromptForm.Completion,
            "chat" => PromptForm.Chat,
            string other => throw Fault(Child(root, "form"), $"'form' is '{other}'. Allowed: completion, chat."),
        };
        string[] slots = Texts(root, "slots");
        Dictionary<string, LiquidTemplate> templates = Templates(root, form, slots, weak);
        (JsonElement? schema, JsonSchema? validator) = Schema(root);
        return new Prompt(templates, form)
        {
            Name = name,
            Weak = weak,
            Purpose = Text(root, "purpose"),
            Source = Text(root, "source"),
            Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Slots = slots,
            Labels = Texts(root, "labels"),
            Sampling = Sampling(root),
            Schema = schema,
            Validator = validator,
        };
    }

    private YamlMappingNode Parse(byte[] bytes)
    {
        try
        {
            YamlStream stream = [];
            using StringReader text = new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF')); // editors on Windows write the mark
            stream.Load(text);
            return stream.Documents is [{ RootNode: YamlMappingNode root }] ? root : throw new InputException($"{path}: a prompt file is one YAML mapping with the keys {string.Join(", ", Keys)}.");
        }
        catch (YamlException fault)
        {
            throw new InputException($"{path} line {fault.Start.Line}: not valid YAML: {fault.Message}", fault);
        }
        catch (DecoderFallbackException fault)
        {
            throw new InputException($"{path}: not UTF-8 at byte {fault.Index}. Save it as UTF-8.", fault);
        }
    }

    private Dictionary<string, LiquidTemplate> Templates(YamlMappingNode root, PromptForm form, string[] slots, bool weak)
    {
        YamlMappingNode node = Child(root, "templates") as YamlMappingNode ?? throw Fault(root, "'templates' is missing. It maps names to Liquid templates.");
        Dictionary<string, LiquidTemplate> templates = new(StringComparer.Ordinal);
        HashSet<string> used = new(StringComparer.Ordinal);
        foreach ((string name, YamlNode value) in Entries(node))
        {
            LiquidTemplate template;
            try
            {
                template = LiquidTemplate.Parse(Scalar(value, name));
            }
            catch (FormatException fault)
            {
                throw Fault(value, $"template '{name}' is not Liquid: {fault.Message}.", fault);
            }

            string[] allowed = name switch { Prompt.Prefix => [], Prompt.Repair => [Prompt.RepairSlot], _ => slots };
            string? foreign = template.Slots.Order(StringComparer.Ordinal).FirstOrDefault(slot => !allowed.Contains(slot));
            if (foreign is not null)
            {
                throw Fault(value, name switch
                {
                    Prompt.Prefix => $"template 'prefix' uses '{foreign}'. All calls share the prefix, so it may use no slot.",
                    Prompt.Repair => $"template 'repair' uses '{foreign}'. Its only slot is '{Prompt.RepairSlot}'.",
                    _ => $"template '{name}' uses the slot '{foreign}', which 'slots' does not declare. Declared: {(slots.Length == 0 ? "none" : string.Join(", ", slots))}.",
                });
            }

            used.UnionWith(template.Slots);
            templates.Add(name, template);
        }

        // A recipe gives a weak variant the plain prompt's values; it may leave some of them alone.
        string? unused = slots.FirstOrDefault(slot => !used.Contains(slot));
        if (unused is not null && !weak) throw Fault(Child(root, "slots"), $"the slot '{unused}' is declared and no template uses it.");
        CheckNames(node, form, templates);
        return templates;
    }

    private void CheckNames(YamlMappingNode node, PromptForm form, Dictionary<string, LiquidTemplate> templates)
    {
        if (form == PromptForm.Completion)
        {
            if (templates.Keys.All(name => name == Prompt.Prefix)) throw Fault(node, "a completion needs a template 'text', or a judge's templates under names of their own.");
            if (templates.ContainsKey(Prompt.Repair)) throw Fault(node, "a completion has no template 'repair': it is drawn again with another seed.");
            return;
        }

        int examples = 0;
        while (templates.ContainsKey(Prompt.NumberedUser(examples + 1)) && templates.ContainsKey(Prompt.NumberedAssistant(examples + 1))) examples++;
        HashSet<string> allowed = [Prompt.System, Prompt.User, Prompt.Begun, Prompt.Repair, Prompt.Task];
        for (int n = 1; n <= examples; n++) allowed.UnionWith([Prompt.NumberedUser(n), Prompt.NumberedAssistant(n)]);
        string? foreign = templates.Keys.FirstOrDefault(name => !allowed.Contains(name));
        if (foreign is not null)
        {
            throw Fault(node, $"a chat has no template '{foreign}'. Allowed: system, user, begun, repair, task, and pairs user1 with assistant1, user2 with assistant2, ..., numbered without a gap.");
        }

        if (!templates.ContainsKey(Prompt.User)) throw Fault(node, "a chat needs a template 'user'.");
    }

    private PromptSampling Sampling(YamlMappingNode root)
    {
        if (Child(root, "sampling") is not { } node) return new PromptSampling();
        if (node is not YamlMappingNode sampling) throw Fault(node, "'sampling' must be a mapping.");
        Allow(sampling, "sampling key", ["temperature", "top_p", "top_k", "max_tokens", "stop"]);
        string[] stop = Texts(sampling, "stop");
        if (stop.Length > MostStops) throw Fault(Child(sampling, "stop"), $"'stop' has {stop.Length} texts; at most {MostStops} are allowed.");
        return new PromptSampling
        {
            Temperature = (float?)Number(sampling, "temperature", 0, 2, whole: false),
            // The smallest value that still means something; 0 would leave no token.
            TopP = (float?)Number(sampling, "top_p", 1e-6, 1, whole: false),
            TopK = (int?)Number(sampling, "top_k", 1, 1_000_000, whole: true),
            MaxTokens = (int?)Number(sampling, "max_tokens", 1, 1_000_000, whole: true),
            Stop = stop,
        };
    }

    private double? Number(YamlMappingNode node, string key, double low, double high, bool whole)
    {
        if (Child(node, key) is not { } value) return null;
        string text = Scalar(value, key);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= low && number <= high && (!whole || double.IsInteger(number)))
            return number;
        throw Fault(value, string.Create(CultureInfo.InvariantCulture, $"'{key}' is '{text}'. It must be {(whole ? "an integer" : "a number")} from {low} to {high}."));
    }

    private (JsonElement? Schema, JsonSchema? Validator) Schema(YamlMappingNode root)
    {
        if (Child(root, "schema") is not { } node) return (null, null);
        string text = Scalar(node, "schema");
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement schema = document.RootElement.Clone();
            // The grammar itself is made where it is used; here only an unsupported keyword is to be found early.
            JsonSchemaGrammar.FromSchema(schema);
            // A registry of its own: two prompts may carry the same identifier.
            return (schema, JsonSchema.Build(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() }));
        }
        catch (InputException fault)
        {
            throw Fault(node, fault.Message, fault);
        }
        catch (Exception fault) when (fault is JsonException or JsonSchemaException or InvalidOperationException or ArgumentException)
        {
            throw Fault(node, $"'schema' is not a JSON Schema: {fault.Message}", fault);
        }
    }

    private void Allow(YamlMappingNode node, string what, string[] allowed)
    {
        foreach ((string key, _) in Entries(node))
        {
            if (!allowed.Contains(key)) throw Fault(node.Children.Keys.First(one => one is YamlScalarNode scalar && scalar.Value == key), $"unknown {what} '{key}'. Allowed: {string.Join(", ", allowed)}.");
        }
    }

    private IEnumerable<(string Key, YamlNode Value)> Entries(YamlMappingNode node)
    {
        foreach ((YamlNode key, YamlNode value) in node.Children)
            yield return (key is YamlScalarNode { Value: { } text } ? text : throw Fault(key, "a key must be a plain text."), value);
    }

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.FirstOrDefault(child => child.Key is YamlScalarNode scalar && scalar.Value == key).Value;

    private string Text(YamlMappingNode node, string key)
    {
        YamlNode value = Child(node, key) ?? throw Fault(node, $"'{key}' is missing.");
        string text = Scalar(value, key).Trim();
        return text.Length > 0 ? text : throw Fault(value, $"'{key}' is empty.");
    }

    private string[] Texts(YamlMappingNode node, string key)
    {
        if (Child(node, key) is not { } value) return [];
        if (value is not YamlSequenceNode list) throw Fault(value, $"'{key}' must be a list, for instance [a, b].");
        string[] texts = [.. list.Children.Select(one => Scalar(one, key))];
        if (texts.Any(text => text.Length == 0)) throw Fault(value, $"'{key}' has an empty entry.");
        if (texts.Distinct(StringComparer.Ordinal).Count() < texts.Length) throw Fault(value, $"'{key}' has an entry twice.");
        return texts;
    }

    private string Scalar(YamlNode node, string key) => node is YamlScalarNode { Value: { } text } ? text : throw Fault(node, $"'{key}' must be a text.");

    private InputException Fault(YamlNode? node, string message, Exception? inner = null) =>
        new(node is null ? $"{path}: {message}" : string.Create(CultureInfo.InvariantCulture, $"{path} line {node.Start.Line}: {message}"), inner!); // null: no cause
}
