using System.Buffers;
using System.Text;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Testing;

/// <summary>Makes replies out of the words of a request: the same request and seed give the same reply, another seed mostly another one.</summary>
internal sealed class PlausibleReply
{
    private const string Hole = "{0}";

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

    private static readonly SearchValues<char> Marks = SearchValues.Create(".,;:\"()!?*#");

    private readonly UnitSeed _chance;
    private readonly StringBuilder _made = new();
    private readonly List<(int Start, int Length)> _words;
    private readonly string _prompt;

    public PlausibleReply(string prompt, UnitSeed chance)
    {
        _chance = chance;
        _prompt = prompt;
        // The longest paragraph is the passage; what is around it instructs.
        Range passage = default;
        int longest = -1;
        foreach (Range line in prompt.AsSpan().Split('\n'))
        {
            int length = line.End.Value - line.Start.Value;
            if (length > longest) (passage, longest) = (line, length);
        }

        _words = FindWords(prompt, passage);
        if (_words.Count > 0) return;
        _prompt = "nothing in particular";
        _words = FindWords(_prompt, ..);
    }

    public string Question()
    {
        _made.Clear();
        AddQuestion();
        return _made.ToString();
    }

    /// <summary>Writes a value that fits a schema.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="name">Name of the property that it is for.</param>
    public void Write(Utf8JsonWriter json, JsonElement schema, string name)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            _made.Clear();
            AddStatement();
            json.WriteStringValue(_made.ToString());
            return;
        }

        if (schema.TryGetProperty("const", out JsonElement constant))
        {
            constant.WriteTo(json);
            return;
        }

        if (schema.TryGetProperty("enum", out JsonElement values))
        {
            values[_chance.Next(values.GetArrayLength())].WriteTo(json);
            return;
        }

        if (schema.TryGetProperty("oneOf", out JsonElement options) || schema.TryGetProperty("anyOf", out options))
        {
            Write(json, options[_chance.Next(options.GetArrayLength())], name);
            return;
        }

        switch (Type(schema))
        {
            case "object":
                WriteObject(json, schema);
                break;
            case "array":
                WriteArray(json, schema, name);
                break;
            case "integer":
                int min = Bound(schema, "minimum") ?? 0, max = Bound(schema, "maximum") ?? (min + 3);
                json.WriteNumberValue(min + _chance.Next(Math.Max(max - min, 0) + 1));
                break;
            case "number":
                json.WriteNumberValue(Math.Round(_chance.NextDouble(), 3));
                break;
            case "boolean":
                json.WriteBooleanValue(_chance.Next(2) == 0);
                break;
            case "null":
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(Text(name, Bound(schema, "minLength") ?? 0, Bound(schema, "maxLength")));
                break;
        }
    }

    private static List<(int Start, int Length)> FindWords(string text, Range range)
    {
        (int start, int length) = range.GetOffsetAndLength(text.Length);
        List<(int Start, int Length)> words = new(length / 6);
        for (int end = start + length; start < end; start++)
        {
            int first = start;
            while (start < end && !char.IsWhiteSpace(text[start])) start++;
            int last = start;
            while (first < last && Marks.Contains(text[first])) first++;
            while (first < last && Marks.Contains(text[last - 1])) last--;
            if (first < last) words.Add((first, last - first));
        }

        return words;
    }

    private static string Type(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out JsonElement type)) return schema.TryGetProperty("properties", out _) ? "object" : "string";
        return (type.ValueKind == JsonValueKind.Array ? type[0].GetString() : type.GetString()) ?? "string";
    }

    private static int? Bound(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int bound) ? bound : null;

    private void WriteObject(Utf8JsonWriter json, JsonElement schema)
    {
        json.WriteStartObject();
        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                string name = property.Name;
                json.WritePropertyName(name);
                Write(json, property.Value, name);
            }
        }

        json.WriteEndObject();
    }

    private void WriteArray(Utf8JsonWriter json, JsonElement schema, string name)
    {
        int min = Bound(schema, "minItems") ?? 1, max = Bound(schema, "maxItems") ?? (Math.Max(min, 1) + 3);
        json.WriteStartArray();
        if (schema.TryGetProperty("items", out JsonElement items))
        {
            for (int n = Math.Min(min + _chance.Next(Math.Max(max - min, 0) + 1), min + 20); n > 0; n--) Write(json, items, name);
        }

        json.WriteEndArray();
    }

    private string Text(string name, int minLength, int? maxLength)
    {
        bool question = name.Contains("query", StringComparison.OrdinalIgnoreCase) || name.Contains("question", StringComparison.OrdinalIgnoreCase);
        bool title = name.Contains("title", StringComparison.OrdinalIgnoreCase) || name.Contains("topic", StringComparison.OrdinalIgnoreCase);
        bool passage = name.Contains("passage", StringComparison.OrdinalIgnoreCase) || name.Contains("document", StringComparison.OrdinalIgnoreCase)
            || name.Contains("positive", StringComparison.OrdinalIgnoreCase) || name.Contains("negative", StringComparison.OrdinalIgnoreCase);
        _made.Clear();
        if (question) AddQuestion();
        else if (title) AddSpan(2, 5);
        else AddStatement();
        for (int n = passage ? 3 + _chance.Next(3) : 0; n > 0 || _made.Length < minLength; n--)
        {
            _made.Append(' ');
            AddStatement();
        }

        string text = _made.ToString();
        if (maxLength is not { } max || text.Length <= max) return text;
        int end = text.LastIndexOf(' ', Math.Max(max - 1, 0));
        return end >= minLength && end > 0 ? text[..end] : text[..max];
    }

    private void AddQuestion()
    {
        string form = Questions[_chance.Next(Questions.Length)];
        int hole = form.IndexOf(Hole, StringComparison.Ordinal);
        _made.Append(form, 0, hole);
        AddSpan(3, 7);
        _made.Append(form, hole + Hole.Length, form.Length - hole - Hole.Length).Append('?');
    }

    // Its words are in no order: stretches of a short request would repeat each other, and no document does that.
    private void AddStatement()
    {
        string form = Statements[_chance.Next(Statements.Length)];
        int hole = form.IndexOf(Hole, StringComparison.Ordinal);
        _made.Append(form, 0, hole);
        int count = 5 + _chance.Next(10);
        for (int i = 0; i < count; i++) AddWord(_chance.Next(_words.Count), i == 0);
        _made.Append(form, hole + Hole.Length, form.Length - hole - Hole.Length);
    }

    private void AddSpan(int min, int max)
    {
        int length = Math.Min(min + _chance.Next(max - min + 1), _words.Count);
        int start = _chance.Next(_words.Count - length + 1);
        for (int i = 0; i < length; i++) AddWord(start + i, i == 0);
    }

    private void AddWord(int index, bool first)
    {
        if (!first) _made.Append(' ');
        (int start, int length) = _words[index];
        _made.Append(_prompt, start, length);
    }
}
