using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Json.Schema;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.Structured;

public class JsonSchemaGrammarTests
{
    private static string Grammar(string schema) => JsonSchemaGrammar.FromSchema(JsonDocument.Parse(schema).RootElement);

    private static string[] Draws(string schema, int count = 200)
    {
        Gbnf grammar = Gbnf.Parse(Grammar(schema));
        return [.. Enumerable.Range(0, count).Select(i => grammar.Draw(new UnitSeed(7, "draw", i)))];
    }

    private static void AssertAllValid(string schema, IEnumerable<string> texts)
    {
        JsonSchema validator = JsonSchema.Build(JsonDocument.Parse(schema).RootElement, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        foreach (string text in texts)
        {
            (_, ReplyFault? fault, string detail) = ReplyParser.Parse(text, validator);
            Assert.True(fault is null, $"{detail}\n{schema}\n{text}");
        }
    }

    [Fact]
    public void FromSchema_Object_KeepsOrderAndReadsPlainly()
    {
        string grammar = Grammar("""{"type":"object","properties":{"query":{"type":"string"},"hard":{"type":"boolean"}},"required":["query","hard"],"additionalProperties":false}""");
        Assert.StartsWith(
            """
            root ::= "{" root-query comma root-hard "}"
            root-query ::= "\"query\"" colon string
            root-hard ::= "\"hard\"" colon ("true" | "false")
            colon ::= ":" " "?
            comma ::= "," " "?

            """, grammar, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"},"c":{"type":"integer"}},"required":["b"]}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}}}""")]
    [InlineData("""{"type":"object","properties":{}}""")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":6}""")]
    [InlineData("""{"type":"string","minLength":2}""")]
    [InlineData("""{"type":"string","maxLength":0}""")]
    [InlineData("""{"type":"string","minLength":2500,"maxLength":5100}""")]
    [InlineData("""{"type":"array","items":{"type":"string"},"minItems":2,"maxItems":4}""")]
    [InlineData("""{"type":"array","items":{"type":"number"},"maxItems":1}""")]
    [InlineData("""{"type":"array","items":{"type":"null"},"maxItems":0}""")]
    [InlineData("""{"type":"array","items":{"type":"array","items":{"type":"boolean"}}}""")]
    [InlineData("""{"type":["string","null"],"minLength":1}""")]
    [InlineData("""{"enum":["a\"b\\c","é\n",3,1.5,true,null,{"x":[1]}]}""")]
    [InlineData("""{"type":"string","enum":["short","long",null]}""")]
    [InlineData("""{"const":"yes"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"type":"array","items":{"description":"anything"},"maxItems":2}""")]
    [InlineData("""{"oneOf":[{"const":"a"},{"type":"object","properties":{"b":{"type":"integer","minimum":-1,"maximum":3}},"required":["b"]}]}""")]
    [InlineData("""{"type":"object","properties":{"a b":{"type":"string"},"a-b":{"type":"string"},"\"":{"type":"string"}},"required":["a b","a-b","\""]}""")]
    public void FromSchema_Draws_AreValid(string schema) => AssertAllValid(schema, Draws(schema));

    [Fact]
    public void FromSchema_OptionalProperties_AllCombinationsAreReached()
    {
        string[] draws = Draws("""{"type":"object","properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}},"required":["b"]}""", 400);
        IEnumerable<string> keys = draws.Select(draw => string.Concat(draw.Where(char.IsAsciiLetter))).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["ab", "abc", "b", "bc"], keys);
    }

    [Fact]
    public void FromSchema_LengthBounds_AreBothReached()
    {
        int[] lengths = [.. Draws("""{"type":"string","minLength":1,"maxLength":4}""", 400).Select(draw => JsonDocument.Parse(draw).RootElement.GetString()!.EnumerateRunes().Count()).Distinct().Order()];
        Assert.Equal([1, 2, 3, 4], lengths);
    }

    [Fact]
    public void FromSchema_Draws_HaveNoWhiteSpaceBeyondOneBlank()
    {
        string[] draws = Draws("""{"type":"object","properties":{"a":{"type":"array","items":{"const":1},"minItems":2,"maxItems":3}},"required":["a"]}""");
        Assert.All(draws, draw => Assert.Matches("""^\{"a": ?\[1(, ?1){1,2}\]\}$""", draw));
    }

    [Theory]
    [InlineData("""{"type":"string","pattern":"a+"}""", "JSON Schema at #: the keyword 'pattern' is not supported beside type 'string'. Supported there: maxLength, minLength, type.")]
    [InlineData("""{"type":"object","properties":{"q":{"$ref":"#/$defs/x"}},"required":["q"]}""", "JSON Schema at #/properties/q: the keyword '$ref' is not supported. Supported: type, enum, const, oneOf, anyOf.")]
    [InlineData("""{"type":"array","items":{"type":"string"},"uniqueItems":true}""", "JSON Schema at #: the keyword 'uniqueItems' is not supported beside type 'array'. Supported there: items, maxItems, minItems, type.")]
    [InlineData("""{"type":"text"}""", "JSON Schema at #: 'type' is 'text'. Supported: object, array, string, integer, number, boolean, null.")]
    [InlineData("""{"minLength":1}""", "JSON Schema at #: 'type' is missing. Supported: object, array, string, integer, number, boolean, null, or enum, const, oneOf, anyOf.")]
    [InlineData("""true""", "JSON Schema at #: a schema must be an object that says its 'type', found True.")]
    [InlineData("""{"type":"string","minLength":5,"maxLength":2}""", "JSON Schema at #: 'minLength' is 5 and 'maxLength' is 2; nothing fits between them.")]
    [InlineData("""{"type":"array","items":{"type":"string"},"minItems":-1}""", "JSON Schema at #: 'minItems' is -1. It must be an integer of at least 0.")]
    [InlineData("""{"type":"object","properties":{},"required":["q"]}""", "JSON Schema at #: 'required' names 'q', which is not among 'properties'.")]
    [InlineData("""{"type":"number","minimum":0}""", "JSON Schema at #: the keyword 'minimum' is not supported beside type 'number'. Supported there: type.")]
    public void FromSchema_Unsupported_NamesKeywordAndPlace(string schema, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Grammar(schema)).Message);

    [Fact]
    public void Any_supported_schema_gives_a_grammar_whose_texts_are_valid()
    {
        GenSchema(3).Select(Gen.Int).Sample(
            (schema, seed) =>
            {
                string text = schema.ToJsonString();
                Gbnf grammar = Gbnf.Parse(Grammar(text));
                AssertAllValid(text, Enumerable.Range(0, 5).Select(i => grammar.Draw(new UnitSeed(seed, "draw", i))));
            },
            iter: 300, print: pair => pair.Item1.ToJsonString());
    }

    private static Gen<JsonObject> GenSchema(int depth)
    {
        Gen<JsonObject> text = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5], Gen.Bool, (min, more, bounded) =>
        {
            JsonObject schema = new() { ["type"] = "string", ["minLength"] = min };
            if (bounded) schema["maxLength"] = min + more;
            return schema;
        });
        Gen<JsonObject> simple = Gen.OneOf("integer", "number", "boolean", "null").Select(type => new JsonObject { ["type"] = type });
        Gen<JsonObject> nullable = Gen.OneOf("integer", "string", "boolean").Select(type => new JsonObject { ["type"] = new JsonArray(type, "null") });
        Gen<JsonObject> choice = Gen.String.Array[1, 4].Select(values => new JsonObject
        {
            ["enum"] = new JsonArray([.. values.Select(IsWhole).Distinct().Select(value => (JsonNode)value)]),
        });
        Gen<JsonObject> leaf = Gen.OneOf(text, simple, nullable, choice);
        if (depth == 0) return leaf;
        Gen<JsonObject> inner = GenSchema(depth - 1);
        Gen<JsonObject> list = Gen.Select(inner, Gen.Int[0, 3], Gen.Int[0, 3], (items, min, more) =>
            new JsonObject { ["type"] = "array", ["items"] = items.DeepClone(), ["minItems"] = min, ["maxItems"] = min + more });
        Gen<JsonObject> mapping = Gen.Select(Gen.String[1, 6], inner, Gen.Bool).Array[0, 5].Select(members =>
        {
            JsonObject properties = [];
            JsonArray required = [];
            foreach ((string name, JsonObject value, bool must) in members)
            {
                string key = IsWhole(name);
                if (properties.ContainsKey(key)) continue;
                properties[key] = value.DeepClone();
                if (must) required.Add((JsonNode)key);
            }

            return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
        });
        Gen<JsonObject> any = inner.Array[1, 3].Select(options => new JsonObject { ["anyOf"] = new JsonArray([.. options.Select(option => option.DeepClone())]) });
        return Gen.OneOf(leaf, list, mapping, any);
    }

    /// <summary>Without halves of surrogate pairs, which JSON cannot carry.</summary>
    private static string IsWhole(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));
}
