using System.Text.Json;
using System.Text.Json.Nodes;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.Structured;

/// <summary>Small JSON Schemas by chance, of every kind that a grammar can hold a reply to; bounded, so that each reply ends.</summary>
internal static class SampledSchemas
{
    private static readonly string[] Names = ["query", "a b", "naïve \"x\"", "grade", "日本"];
    private static readonly string[] Texts = ["short", "long \"one\"", "back\\slash", "größer", "🙂", "line\nbreak"];

    public static JsonObject Draw(UnitSeed chance, int depth) => chance.Next(depth > 0 ? 12 : 8) switch
    {
        0 => new JsonObject { ["type"] = "boolean" },
        1 => new JsonObject { ["enum"] = new JsonArray([.. Texts.Take(1 + chance.Next(Texts.Length)).Select(text => JsonValue.Create(text)), null, 3]) },
        2 => Between(chance, "string", "minLength", "maxLength", 6),
        3 => Integer(chance),
        4 => new JsonObject { ["type"] = "number" },
        5 => Nullable(Between(chance, "string", "minLength", "maxLength", 4)),
        6 => new JsonObject { ["oneOf"] = new JsonArray([.. Texts.Skip(chance.Next(3)).Take(2).Select(text => new JsonObject { ["const"] = text })]) },
        7 => new JsonObject { ["const"] = Texts[chance.Next(Texts.Length)] },
        8 or 9 => Array(chance, depth),
        _ => Object(chance, depth),
    };

    /// <summary>Whether every string of a value has as many characters as the schema says, counted as JSON Schema does: in code points.</summary>
    public static bool LengthsFit(JsonNode schema, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Within(schema, "minLength", "maxLength", value.GetString()!.EnumerateRunes().Count()), // not null: the kind is String
        JsonValueKind.Array => Within(schema, "minItems", "maxItems", value.GetArrayLength())
            && value.EnumerateArray().All(one => schema["items"] is not { } items || LengthsFit(items, one)),
        JsonValueKind.Object => value.EnumerateObject().All(property => schema["properties"]?[property.Name] is not { } inner || LengthsFit(inner, property.Value)),
        _ => true,
    };

    private static bool Within(JsonNode schema, string lower, string upper, int count) =>
        count >= ((int?)schema[lower] ?? 0) && count <= ((int?)schema[upper] ?? int.MaxValue);

    private static JsonObject Between(UnitSeed chance, string type, string lower, string upper, int most)
    {
        int max = chance.Next(most + 1);
        return new JsonObject { ["type"] = type, [lower] = chance.Next(max + 1), [upper] = max };
    }

    private static JsonObject Integer(UnitSeed chance)
    {
        int low = chance.Next(40) - 20;
        return chance.Next(2) == 0 ? new JsonObject { ["type"] = "integer" } : new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = low + chance.Next(30) };
    }

    private static JsonObject Nullable(JsonObject schema)
    {
        schema["type"] = new JsonArray("string", "null");
        return schema;
    }

    private static JsonObject Array(UnitSeed chance, int depth)
    {
        JsonObject schema = Between(chance, "array", "minItems", "maxItems", 3);
        schema["items"] = Draw(chance, depth - 1);
        return schema;
    }

    private static JsonObject Object(UnitSeed chance, int depth)
    {
        string[] names = [.. Names];
        chance.Shuffle(names.AsSpan());
        names = names[..(1 + chance.Next(3))];
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Draw(chance, depth - 1)))),
            ["required"] = new JsonArray([.. names.Where(_ => chance.Next(3) > 0).Select(name => JsonValue.Create(name))]),
            ["additionalProperties"] = false,
        };
    }
}
