using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Inference.Tests.LlamaCpp;
using R2Synth.Inference.Tests.Prompts;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.Structured;

/// <summary>The shipped model under our grammars: what the recogniser in <see cref="Gbnf"/> promises must hold in llama.cpp too.</summary>
[Collection("model")]
public class GrammarSamplingTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"query":{"type":"string","minLength":5,"maxLength":60},"kind":{"enum":["short","long"]}},"required":["query","kind"],"additionalProperties":false}""")]
    [InlineData("""{"type":"array","items":{"type":"string","minLength":1,"maxLength":20},"minItems":2,"maxItems":3}""")]
    [InlineData("""{"type":"object","properties":{"grade":{"type":"integer","minimum":0,"maximum":3},"why":{"type":["string","null"],"maxLength":300}},"required":["grade","why"]}""")]
    public async Task The_shipped_model_keeps_to_the_grammar_at_the_first_call(string schema)
    {
        string model = Path.Combine(Root(), "models", "SmolLM2-135M-Instruct-Q4_1.gguf");
        await using Backend backend = await BackendFactory.OpenAsync("test", new BackendOptions { Kind = "LlamaCpp", Model = model, ContextTokens = 1024, Threads = 1, Sequences = 1 }, Root());
        Prompt prompt = PromptFolder.Load($$"""
            name: test/one
            purpose: Tests.
            source: none
            form: chat
            slots: [passage]
            sampling: { temperature: 1.0, max_tokens: 700 }
            templates:
              user: "Answer in JSON about: {{"{{ passage }}"}}"
            schema: '{{schema}}'
            """);
        for (int seed = 0; seed < 5; seed++)
        {
            StructuredReply reply = await new StructuredCaller(backend.Chat!).AskAsync(prompt, new Dictionary<string, object?> { ["passage"] = "Ice is cold." }, seed);
            Assert.Equal((null, 1), (reply.Fault, reply.Calls));
        }
    }

    [Fact]
    public async Task Every_reply_under_any_of_60_schemas_parses_validates_and_ends()
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync(sequences: 8, context: 512);
        int[] prompt = backend.Engine!.Tokenizer.Encode("JSON:");
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            JsonObject schema = SampledSchemas.Draw(new UnitSeed(11, "schema", i), depth: 2);
            using JsonDocument document = JsonDocument.Parse(schema.ToJsonString());
            Generation reply = await backend.Engine.GenerateAsync(
                new GenerateRequest
                {
                    Prompt = prompt,
                    MaxTokens = 400,
                    // Half of them so hot that nearly every token is refused at first.
                    Sampling = new SamplingOptions { Seed = i, Temperature = i % 2 == 0 ? 0.8f : 1.6f, TopK = 0, Grammar = JsonSchemaGrammar.FromSchema(document.RootElement) },
                },
                CancellationToken.None);
            string where = $"schema {i}: {schema.ToJsonString()}\nreply: {reply.Text}";
            Assert.False(reply.Cut, where);
            using JsonDocument json = JsonDocument.Parse(reply.Text); // as it stands, nothing salvaged
            JsonSchema validator = JsonSchema.Build(document.RootElement, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
            Assert.True(validator.Evaluate(json.RootElement).IsValid, where);
            Assert.True(SampledSchemas.LengthsFit(schema, json.RootElement), where);
            if (schema["required"] is JsonArray required)
                Assert.True(required.All(name => json.RootElement.TryGetProperty((string)name!, out _)), where);
        }));
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "R2Synth.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root was not found.");
        return folder;
    }
}
