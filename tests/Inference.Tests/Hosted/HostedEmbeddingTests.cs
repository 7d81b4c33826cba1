using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Hosted;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted;

public sealed class HostedEmbeddingTests
{
    private static HostedBackend Open(string url, double price = 0)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = 3 };
        options.Endpoints.Add(new EndpointOptions { Url = url, PriceIn = price });
        return HostedBackend.Open("mock", options, new AnySpending(), HostedTimes.Of(options) with { FirstDelay = TimeSpan.FromMilliseconds(5) });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_probe_tells_whether_a_server_embeds(bool embeds)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = new ServerAbilities { Embeddings = embeds } });
        await using HostedBackend backend = Open(server.Url);

        await backend.ProbeAsync(BackendAbilities.Chat);
        Assert.Empty(server.Bodies);
        await backend.ProbeAsync(BackendAbilities.Embeddings);

        Assert.Equal(embeds, backend.Abilities.HasFlag(BackendAbilities.Embeddings));
    }

    [Fact]
    public async Task Texts_go_in_batches_and_come_back_in_their_order()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(server.Url, price: 2);
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => $"bees and number{i}")];

        GeneratedEmbeddings<Embedding<float>> all = await backend.Embeddings.GenerateAsync(texts);

        Assert.Equal([128, 128, 44], server.Bodies.Select(body => JsonDocument.Parse(body).RootElement.GetProperty("input").GetArrayLength()));
        Assert.Equal((300, 900L), (all.Count, all.Usage!.InputTokenCount));
        Assert.Equal(900 * 2m / 1_000_000m, all.AdditionalProperties![CallOptions.Cost]);
        foreach (int i in new[] { 0, 127, 128, 299 })
            Assert.Equal((await backend.Embeddings.GenerateVectorAsync(texts[i])).ToArray(), all[i].Vector.ToArray());
    }

    [Fact]
    public async Task Answers_in_any_order_and_in_numbers_are_read_and_what_is_missing_is_the_calls_own_fault()
    {
        HostedEmbeddingGenerator shuffled = new(new Scripted("""{"data":[{"index":1,"embedding":[0,1]},{"index":0,"embedding":[1,0.5]}],"usage":{"prompt_tokens":7}}"""), "m");
        GeneratedEmbeddings<Embedding<float>> both = await shuffled.GenerateAsync(["a", "b"]);
        Assert.Equal([1f, 0.5f, 0f, 1f], both.SelectMany(embedding => embedding.Vector.ToArray()));

        await Assert.ThrowsAsync<CallFailedException>(() => shuffled.GenerateAsync(["a", "b", "c"]));
        HostedEmbeddingGenerator uneven = new(new Scripted("""{"data":[{"index":0,"embedding":[0,1]},{"index":1,"embedding":[1]}]}"""), "m");
        Assert.Contains("a vector of 1 numbers, and others have 2", (await Assert.ThrowsAsync<InputException>(() => uneven.GenerateAsync(["a", "b"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_base64_is_asked_for_numbers_from_then_on()
    {
        Scripted server = new("""{"data":[{"index":0,"embedding":[0,1]}]}""") { RefusesBase64 = true };
        HostedEmbeddingGenerator embeddings = new(server, "m");

        await embeddings.GenerateAsync(["a"]);
        await embeddings.GenerateAsync(["b"]);

        Assert.Equal(["base64", "float", "float"], server.Encodings);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_cut_and_costs_the_others_nothing()
    {
        Scripted server = new("") { MostLetters = 100 };
        HostedEmbeddingGenerator embeddings = new(server, "m");

        GeneratedEmbeddings<Embedding<float>> all = await embeddings.GenerateAsync([new string('a', 10), new string('b', 500), new string('c', 20)]);

        // Each vector is the length of the text that got through: 500 * 3/4, again and again, until it fits.
        Assert.Equal([10f, 87f, 20f], all.Select(embedding => embedding.Vector.Span[0]));
    }

    /// <summary>A server of one answer, or one that embeds a text as its length.</summary>
    private sealed class Scripted(string answer) : IServerCalls
    {
        private static readonly HostedEndpoint Endpoint = HostedOptionsCheck.Check("mock", Options())[0];

        public bool RefusesBase64 { get; init; }

        public int? MostLetters { get; init; }

        public List<string> Encodings { get; } = [];

        public Task<ServerReply> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
        {
            string encoding = (string)body["encoding_format"]!;
            Encodings.Add(encoding);
            if (RefusesBase64 && encoding == "base64") return Reply(400, """{"error":{"message":"encoding_format must be float"}}""");
            if (MostLetters is not { } most) return Reply(200, answer);
            string[] texts = [.. body["input"]!.AsArray().Select(text => (string)text!)];
            return texts.Any(text => text.Length > most)
                ? Reply(400, """{"error":{"message":"too long","code":"context_length_exceeded"}}""")
                : Reply(200, $$"""{"data":[{{string.Join(',', texts.Select((text, i) => $$"""{"index":{{i}},"embedding":[{{text.Length}}]}"""))}}]}""");
        }

        private static Task<ServerReply> Reply(int status, string body) => Task.FromResult(new ServerReply(status, System.Text.Encoding.UTF8.GetBytes(body), 0, Endpoint));

        private static BackendOptions Options()
        {
            BackendOptions options = new() { Kind = "OpenAI", Model = "m" };
            options.Endpoints.Add(new EndpointOptions { Url = "http://127.0.0.1:1/v1" });
            return options;
        }
    }
}
