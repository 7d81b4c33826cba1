using System.Text.Json;
using System.Text.Json.Nodes;
using R2Synth.Records;

namespace R2Synth.Testing;

/// <summary>Makes replies out of the words of a request: the same request and seed give the same reply, another seed mostly another one.</summary>
internal sealed class PlausibleReply
{
    private static readonly string[] Questions =
    [
        "what does it mean that {0}", "how does {0} work", "why is it said that {0}", "when should someone consider {0}", "what is known about {0}",
        "explain {0}", "which rule applies when {0}", "is it true that {0}", "where can I read about {0}", "who has to care about {0}",
    ];

    private static readonly string[] Statements =
    [
        "In practice {0}, and this is the part that most readers look for.", "Note that {0}.", "It is often overlooked that {0}.", "According to the guide, {0}.",
        "One reason is that {0}.", "Compared with other approaches, {0}.", "For a beginner it helps to know that {0}.", "Where this does not hold, {0}.",
    ];

    private readonly UnitSeed _chance;
    private readonly string[] _words;

    public PlausibleReply(string prompt, UnitSeed chance)
    {
        _chance = chance;
        // The longest paragraph is the passage; what is around it instructs.
        string passage = prompt.Split('\n').MaxBy(line => line.Length) ?? "";
        string[] words = [.. passage.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('.', ',', ';', ':', '"', '(', ')', '!', '?', '*', '#')).Where(word => word.Length > 0)];
        _words = words.Length > 0 ? words : ["nothing", "in", "particular"];
    }

    public string Question() => string.Format(System.Globalization.CultureInfo.InvariantCulture, Questions[_chance.Next(Questions.Length)], Span(3, 7)) + "?";

    public string Statement() => string.Format(System.Globalization.CultureInfo.InvariantCulture, Statements[_chance.Next(Statements.Length)], Words(5, 14));

    public JsonNode? Value(JsonElement schema, string name)
    {
        if (schema.ValueKind != JsonValueKind.Object) return Statement();
        if (schema.TryGetProperty("const", out JsonElement constant)) return JsonNode.Parse(constant.GetRawText());
        if (schema.TryGetProperty("enum", out JsonElement values)) return JsonNode.Parse(values[_chance.Next(values.GetArrayLength())].GetRawText());
        foreach (string either in (ReadOnlySpan<string>)["oneOf", "anyOf"])
        {
            if (schema.TryGetProperty(either, out JsonElement options)) return Value(options[_chance.Next(options.GetArrayLength())], name);
        }

        return Type(schema) switch
        {
            "object" => Object(schema),
            "array" => Array(schema, name),
            "integer" => Integer(schema),
            "number" => Math.Round(_chance.NextDouble(), 3),
            "boolean" => _chance.Next(2) == 0,
            "null" => null,
            _ => Text(name, Bound(schema, "minLength") ?? 0, Bound(schema, "maxLength")),
        };
    }

    private static string Type(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out JsonElement type)) return schema.TryGetProperty("properties", out _) ? "object" : "string";
        return (type.ValueKind == JsonValueKind.Array ? type[0].GetString() : type.GetString()) ?? "string";
    }

    private static int? Bound(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int bound) ? bound : null;

    private JsonObject Object(JsonElement schema)
    {
        JsonObject made = [];
        if (!schema.TryGetProperty("properties", out JsonElement properties)) return made;
        foreach (JsonProperty property in properties.EnumerateObject()) made[property.Name] = Value(property.Value, property.Name);
        return made;
    }

    private JsonArray Array(JsonElement schema, string name)
    {
        int min = Bound(schema, "minItems") ?? 1, max = Bound(schema, "maxItems") ?? (Math.Max(min, 1) + 3);
        JsonArray made = [];
        if (!schema.TryGetProperty("items", out JsonElement items)) return made;
        for (int n = Math.Min(min + _chance.Next(Math.Max(max - min, 0) + 1), min + 20); n > 0; n--) made.Add(Value(items, name));
        return made;
    }

    private JsonValue Integer(JsonElement schema)
    {
        int min = Bound(schema, "minimum") ?? 0, max = Bound(schema, "maximum") ?? (min + 3);
        return JsonValue.Create(min + _chance.Next(Math.Max(max - min, 0) + 1));
    }

    private string Text(string name, int minLength, int? maxLength)
    {
        bool question = name.Contains("query", StringComparison.OrdinalIgnoreCase) || name.Contains("question", StringComparison.OrdinalIgnoreCase);
        bool title = name.Contains("title", StringComparison.OrdinalIgnoreCase) || name.Contains("topic", StringComparison.OrdinalIgnoreCase);
        bool passage = name.Contains("passage", StringComparison.OrdinalIgnoreCase) || name.Contains("document", StringComparison.OrdinalIgnoreCase)
            || name.Contains("positive", StringComparison.OrdinalIgnoreCase) || name.Contains("negative", StringComparison.OrdinalIgnoreCase);
        string text = question ? Question() : title ? Span(2, 5) : Statement();
        for (int n = passage ? 3 + _chance.Next(3) : 0; n > 0 || text.Length < minLength; n--) text += " " + Statement();
        if (maxLength is not { } max || text.Length <= max) return text;
        int end = text.LastIndexOf(' ', Math.Max(max - 1, 0));
        return end >= minLength && end > 0 ? text[..end] : text[..max];
    }

    // In no order: stretches of a short request would repeat each other, and no document does that.
    private string Words(int min, int max) =>
        string.Join(' ', Enumerable.Range(0, min + _chance.Next(max - min + 1)).Select(_ => _words[_chance.Next(_words.Length)]));

    private string Span(int min, int max)
    {
        int length = Math.Min(min + _chance.Next(max - min + 1), _words.Length);
        int start = _chance.Next(_words.Length - length + 1);
        return string.Join(' ', _words[start..(start + length)]);
    }
}
