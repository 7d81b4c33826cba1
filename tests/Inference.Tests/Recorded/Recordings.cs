using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Inference.Tests.Prompts;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Recorded;

/// <summary>A temporary folder in which calls to a test server are recorded and replayed.</summary>
internal sealed class Recordings : IDisposable
{
    public const string FileName = "calls.jsonl";

    public string Folder { get; } = Directory.CreateTempSubdirectory("r2synth-recorded-").FullName;

    public string File => Path.Combine(Folder, FileName);

    public string[] Lines => System.IO.File.ReadAllLines(File);

    public static Prompt Prompt { get; } = PromptFolder.Load("""
        name: test/one
        purpose: Tests.
        source: none
        form: chat
        slots: [passage]
        sampling: { temperature: 0.7, top_p: 0.9, max_tokens: 96, stop: ["\n\n"] }
        templates:
          user: "Passage: {{ passage }}"
        schema: '{"type":"object","properties":{"query":{"type":"string","minLength":20}},"required":["query"],"additionalProperties":false}'
        """);

    public Task<Backend> RecordAsync(TestServer server, string model = "test-model", string keyVariable = "")
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = model, RecordTo = FileName, Retries = 0 };
        options.Endpoints.Add(new EndpointOptions { Url = server.Url, ApiKeyVariable = keyVariable, MaxInFlight = 16 });
        return BackendFactory.OpenAsync("server", options, Folder);
    }

    public Task<Backend> ReplayAsync() => BackendFactory.OpenAsync("replay", new BackendOptions { Kind = "Recorded", Path = FileName }, Folder);

    public static async Task<StructuredReply> AskAsync(Backend backend, string passage, int seed = 5)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        return await new StructuredCaller(backend.Chat!).AskAsync(Prompt, new Dictionary<string, object?> { ["passage"] = passage }, seed, limit.Token);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
