using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Inference.Structured;

/// <summary>
/// Turns a JSON Schema into a GBNF grammar for llama.cpp. Every text of the grammar is valid under the schema; the reverse does not hold:
/// properties come in the schema's order, white space is at most one blank after <c>:</c> and <c>,</c>, and of the escapes in a string only
/// <c>\"</c>, <c>\\</c>, <c>\/</c>, <c>\n</c> and <c>\t</c> are written (everything else can stand for itself, and LaTeX's <c>\frac</c> never turns into a form feed).
/// </summary>
internal sealed class JsonSchemaGrammar
{
    /// <summary>
    /// Longest repetition that is written as one. llama.cpp unrolls a repetition into rules and refuses 2,000 and more; longer ones are chained out of pieces.
    /// </summary>
    private const int LongestRepetition = 1000;

    /// <summary>Integers between two bounds are written out one by one; more than these would make a grammar that is slow to sample from.</summary>
    private const int MostIntegers = 1000;

    private static readonly string[] Annotations = ["$schema", "$comment", "title", "description", "default", "examples"];

    private static readonly string[] Types = ["object", "array", "string", "integer", "number", "boolean", "null"];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, string Body)[] Shared =
    [
        ("colon", "\":\" \" \"?"),
        ("comma", "\",\" \" \"?"),
        ("char", """[^"\\\x00-\x1F\x7F] | "\\" ["\\/nt]"""),
        ("string", "\"\\\"\" char* \"\\\"\""),
        // 15 digits survive a double unchanged.
        ("integer", """[-]? ("0" | [1-9] [0-9]{0,14})"""),
        ("number", """[-]? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?"""),
        ("value", "string | number | \"true\" | \"false\" | \"null\" | list | mapping"),
        ("list", "\"[\" (value (comma value)*)? \"]\""),
        ("mapping", "\"{\" (member (comma member)*)? \"}\""),
        ("member", "string colon value"),
    ];

    private readonly SortedDictionary<string, string> _rules = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>Writes the grammar, its start rule named <c>root</c>.</summary>
    /// <param name="schema">The JSON Schema of the reply.</param>
    /// <returns>GBNF, one rule a line; the same schema gives the same text.</returns>
    /// <exception cref="InputException">The schema says what a grammar cannot hold a reply to; the message names the keyword and where it stands.</exception>
    public static string FromSchema(JsonElement schema)
    {
        JsonSchemaGrammar grammar = new();
        grammar.Add("root", "");
        grammar._rules["root"] = grammar.Value(schema, "root", "#");
        StringBuilder text = new();
        foreach (string name in grammar._order) text.Append(name).Append(" ::= ").Append(grammar._rules[name]).Append('\n');
        foreach ((string name, string body) in Shared) text.Append(name).Append(" ::= ").Append(body).Append('\n');
        return text.ToString();
    }

    /// <summary>A schema's expression. <paramref name="name"/> begins the names of the rules it needs, <paramref name="at"/> is the JSON pointer for messages.</summary>
    private string Value(JsonElement schema, string name, string at)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            throw new InputException($"JSON Schema at {at}: a schema must be an object that says its 'type', found {schema.ValueKind}.");

        if (schema.EnumerateObject().All(property => Annotations.Contains(property.Name))) return "value"; // any JSON

        if (schema.TryGetProperty("enum", out JsonElement values))
        {
            Allow(schema, at, "enum", ["enum", "type"]);
            return Constants(schema, values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray()] : [], $"{at}/enum");
        }

        if (schema.TryGetProperty("const", out JsonElement constant))
        {
            Allow(schema, at, "const", ["const", "type"]);
            return Constants(schema, [constant], $"{at}/const");
        }

        foreach (string keyword in (ReadOnlySpan<string>)["oneOf", "anyOf"])
        {
            if (!schema.TryGetProperty(keyword, out JsonElement options)) continue;
            Allow(schema, at, keyword, [keyword]);
            if (options.ValueKind != JsonValueKind.Array || options.GetArrayLength() == 0)
                throw new InputException($"JSON Schema at {at}/{keyword}: it must be a list of at least one schema.");
            return Either(options.EnumerateArray().Select((option, i) => Value(option, $"{name}-{i}", $"{at}/{keyword}/{i}")));
        }

        string[] types = TypesOf(schema, at);
        Allow(schema, at, string.Join(" or ", types.Select(type => $"type '{type}'")), [.. types.SelectMany(Keywords), "type"]);
        return Either(types.Select(type => type switch
        {
            "object" => Object(schema, name, at),
            "array" => Array(schema, name, at),
            "string" => String(schema, name, at),
            "integer" => Integer(schema, at),
            "boolean" => "(\"true\" | \"false\")",
            "null" => "\"null\"",
            _ => "number",
        }));
    }

    private static string[] Keywords(string type) => type switch
    {
        "object" => ["properties", "required", "additionalProperties"],
        "array" => ["items", "minItems", "maxItems"],
        "string" => ["minLength", "maxLength"],
        "integer" => ["minimum", "maximum"],
        _ => [],
    };

    private static void Allow(JsonElement schema, string at, string kind, string[] keywords)
    {
        foreach (JsonProperty property in schema.EnumerateObject())
        {
            if (keywords.Contains(property.Name) || Annotations.Contains(property.Name)) continue;
            throw new InputException(
                $"JSON Schema at {at}: the keyword '{property.Name}' is not supported beside {kind}. Supported there: {string.Join(", ", keywords.Order(StringComparer.Ordinal))}.");
        }
    }

    private static string[] TypesOf(JsonElement schema, string at)
    {
        string[] types = !schema.TryGetProperty("type", out JsonElement type) ? []
            : type.ValueKind == JsonValueKind.String ? [type.GetString() ?? ""]
            : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString() ?? "" : one.GetRawText())]
            : [type.GetRawText()];
        string? unknown = types.FirstOrDefault(one => !Types.Contains(one));
        if (unknown is null && types.Length > 0) return types;

        // Name what the author wrote instead of a type, so that "$ref" is reported as "$ref".
        string? keyword = schema.EnumerateObject().Select(property => property.Name)
            .FirstOrDefault(one => one != "type" && !Annotations.Contains(one) && !Types.SelectMany(Keywords).Contains(one));
        throw new InputException(unknown is not null
            ? $"JSON Schema at {at}: 'type' is '{unknown}'. Supported: {string.Join(", ", Types)}."
            : keyword is not null
                ? $"JSON Schema at {at}: the keyword '{keyword}' is not supported. Supported: type, enum, const, oneOf, anyOf."
                : $"JSON Schema at {at}: 'type' is missing. Supported: {string.Join(", ", Types)}, or enum, const, oneOf, anyOf.");
    }

    private static string Constants(JsonElement schema, IReadOnlyList<JsonElement> values, string at)
    {
        string[]? types = schema.TryGetProperty("type", out _) ? TypesOf(schema, at) : null;
        List<string> literals = [.. values
            .Where(value => types is null || types.Any(type => IsOf(value, type)))
            .Select(value => Literal(JsonSerializer.Serialize(value, Plain)))];
        if (literals.Count == 0) throw new InputException($"JSON Schema at {at}: there must be at least one value, of the schema's 'type' where it has one.");
        return Either(literals);
    }

    private static bool IsOf(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetInt64(out _)),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        _ => type == "null",
    };

    private string Object(JsonElement schema, string name, string at)
    {
        if (!schema.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object)
            throw new InputException($"JSON Schema at {at}: an object needs 'properties'.");
        if (schema.TryGetProperty("additionalProperties", out JsonElement additional) && additional.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new InputException($"JSON Schema at {at}: 'additionalProperties' is supported as true or false only.");

        HashSet<string> required = new(StringComparer.Ordinal);
        if (schema.TryGetProperty("required", out JsonElement names))
        {
            if (names.ValueKind != JsonValueKind.Array || names.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String))
                throw new InputException($"JSON Schema at {at}: 'required' must be a list of names.");
            foreach (JsonElement one in names.EnumerateArray())
            {
                string key = one.GetString() ?? "";
                if (!properties.TryGetProperty(key, out _))
                    throw new InputException($"JSON Schema at {at}: 'required' names '{key}', which is not among 'properties'.");
                required.Add(key);
            }
        }

        // Each member is a rule of its own; a member after another one has its comma before it.
        List<(string Rule, bool Required)> members = [];
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            string rule = Add($"{name}-{property.Name}", "");
            string value = Value(property.Value, rule, $"{at}/properties/{property.Name}");
            _rules[rule] = $"{Literal(JsonSerializer.Serialize(property.Name, Plain))} colon {value}";
            members.Add((rule, required.Contains(property.Name)));
        }

        if (members.Count == 0) return "\"{}\"";
        List<string> beginnings = [];
        for (int first = 0; first < members.Count; first++)
        {
            IEnumerable<string> rest = members.Skip(first + 1).Select(member => member.Required ? $"comma {member.Rule}" : $"(comma {member.Rule})?");
            beginnings.Add(string.Join(' ', [members[first].Rule, .. rest]));
            if (members[first].Required) return $"\"{{\" {Either(beginnings)} \"}}\"";
        }

        return $"\"{{\" ({string.Join(" | ", beginnings)})? \"}}\"";
    }

    private string Array(JsonElement schema, string name, string at)
    {
        if (!schema.TryGetProperty("items", out JsonElement items)) throw new InputException($"JSON Schema at {at}: an array needs 'items'.");
        (int min, int? max) = Bounds(schema, "minItems", "maxItems", at);
        string element = Add($"{name}-items", "");
        _rules[element] = Value(items, element, $"{at}/items");
        if (max == 0) return "\"[]\"";
        string next = Add($"{name}-next", $"comma {element}");
        string list = $"{element} {Repeat(next, Math.Max(min - 1, 0), max - 1)}".TrimEnd();
        return min == 0 ? $"\"[\" ({list})? \"]\"" : $"\"[\" {list} \"]\"";
    }

    private string String(JsonElement schema, string name, string at)
    {
        (int min, int? max) = Bounds(schema, "minLength", "maxLength", at);
        if (min == 0 && max is null) return "string";
        string rule = Add($"{name}-string", "");
        _rules[rule] = $"\"\\\"\" {Repeat("char", min, max)} \"\\\"\"".Replace("  ", " ", StringComparison.Ordinal);
        return rule;
    }

    private static string Integer(JsonElement schema, string at)
    {
        bool hasMinimum = schema.TryGetProperty("minimum", out JsonElement minimum), hasMaximum = schema.TryGetProperty("maximum", out JsonElement maximum);
        if (!hasMinimum && !hasMaximum) return "integer";
        if (!hasMinimum || !hasMaximum || !TryInteger(minimum, out int low) || !TryInteger(maximum, out int high) || low > high || (long)high - low >= MostIntegers)
        {
            throw new InputException(
                $"JSON Schema at {at}: 'minimum' and 'maximum' are supported together only, as integers with at most {MostIntegers} values between them; " +
                $"found {(hasMinimum ? minimum.GetRawText() : "none")} and {(hasMaximum ? maximum.GetRawText() : "none")}.");
        }

        return Either(Enumerable.Range(low, high - low + 1).Select(value => Literal(value.ToString(CultureInfo.InvariantCulture))));
    }

    private static (int Min, int? Max) Bounds(JsonElement schema, string lower, string upper, string at)
    {
        int Read(string keyword, JsonElement value) => TryInteger(value, out int bound) && bound >= 0
            ? bound
            : throw new InputException($"JSON Schema at {at}: '{keyword}' is {value.GetRawText()}. It must be an integer of at least 0.");
        int min = schema.TryGetProperty(lower, out JsonElement low) ? Read(lower, low) : 0;
        int? max = schema.TryGetProperty(upper, out JsonElement high) ? Read(upper, high) : null;
        if (max < min) throw new InputException($"JSON Schema at {at}: '{lower}' is {min} and '{upper}' is {max}; nothing fits between them.");
        return (min, max);
    }

    private static bool TryInteger(JsonElement value, out int integer)
    {
        integer = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out integer);
    }

    /// <summary>A rule between <paramref name="min"/> and <paramref name="max"/> times, in pieces that llama.cpp takes.</summary>
    private string Repeat(string rule, int min, int? max)
    {
        string Exactly(int times) => times switch { 0 => "", 1 => rule, _ => $"{rule}{{{times}}}" };
        string AtMost(int times) => times switch { 0 => "", 1 => $"{rule}?", _ => $"{rule}{{0,{times}}}" };

        List<string> parts = [];
        string piece = min > LongestRepetition || max - min > LongestRepetition ? Add($"{rule}-piece", Exactly(LongestRepetition)) : "";
        for (; min > LongestRepetition; min -= LongestRepetition, max -= LongestRepetition) parts.Add(piece);
        if (max is null)
        {
            parts.Add(min == 0 ? $"{rule}*" : min == 1 ? $"{rule}+" : $"{rule}{{{min},}}");
        }
        else
        {
            parts.Add(Exactly(min));
            int rest = max.Value - min, pieces = 0;
            for (; rest > LongestRepetition; rest -= LongestRepetition) pieces++;
            // From the inside out: either a whole piece and what may follow it, or the last, incomplete one.
            string tail = AtMost(rest);
            for (; pieces > 0; pieces--) tail = Add($"{rule}-tail", $"{piece} {tail} | {AtMost(LongestRepetition - 1)}");
            parts.Add(tail);
        }

        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static string Either(IEnumerable<string> options)
    {
        string[] distinct = [.. options.Distinct(StringComparer.Ordinal)];
        return distinct.Length == 1 ? distinct[0] : $"({string.Join(" | ", distinct)})";
    }

    /// <summary>Adds a rule under a name that GBNF takes and nothing else has.</summary>
    private string Add(string name, string body)
    {
        string plain = new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-')]);
        string unique = plain;
        for (int n = 2; _rules.ContainsKey(unique) || Shared.Any(shared => shared.Name == unique); n++) unique = $"{plain}-{n}";
        _rules.Add(unique, body);
        _order.Add(unique);
        return unique;
    }

    private static string Literal(string text)
    {
        StringBuilder literal = new("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') literal.Append('\\').Append(c);
            else if (c is < ' ' or '\x7F') literal.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
            else literal.Append(c);
        }

        return literal.Append('"').ToString();
    }
}
