using Microsoft.Extensions.AI;
using R2Synth.Inference.Hosted;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted.Batches;

/// <summary>A server, a folder for batches, and backends over both, one after another as processes would be.</summary>
internal sealed class BatchPlace : IAsyncDisposable
{
    public const string Key = "sk-a-very-secret-key-0123456789";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private BatchPlace(TestServer server) => Server = server;

    public TestServer Server { get; }

    /// <summary>The settings file's folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("r2synth-batches-").FullName;

    public R2Synth.Testing.Batches Batches => Server.Batches;

    /// <summary>Files that remember batches, by their ends.</summary>
    public IReadOnlyList<string> Files(string end) =>
        Directory.Exists(Path.Combine(Folder, "outputs")) ? Directory.GetFiles(Path.Combine(Folder, "outputs"), "*" + end, SearchOption.AllDirectories) : [];

    public static async Task<BatchPlace> StartAsync(BatchServerOptions? batches = null, TestServerOptions? server = null)
    {
        server ??= new TestServerOptions();
        server.Batches = batches ?? new BatchServerOptions();
        return new BatchPlace(await TestServer.StartAsync(server));
    }

    public BackendOptions Options(int maxRequests, double idleSeconds = 3600, bool batched = true)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = 3, OutageSeconds = 0, TimeoutSeconds = 30 };
        options.Endpoints.Add(new EndpointOptions { Url = Server.Url, MaxInFlight = 64 });
        options.Batch.Enabled = batched;
        options.Batch.MaxRequests = maxRequests;
        options.Batch.IdleSeconds = idleSeconds;
        options.Batch.PollSeconds = 0.01;
        return options;
    }

    public HostedBackend Open(BackendOptions options, ISpending? spending = null, TimeProvider? clock = null, Action<string>? step = null) =>
        HostedBackend.Open(
            "mock", options, spending, HostedTimes.Of(options) with { FirstDelay = TimeSpan.FromMilliseconds(5), Clock = clock ?? TimeProvider.System }, Folder, step);

    /// <summary>Asks calls of these numbers all at once; the replies are in the order of the calls.</summary>
    public static async Task<string[]> AskAsync(HostedBackend backend, IEnumerable<int> calls)
    {
        using CancellationTokenSource limit = new(Limit);
        ChatResponse[] replies = await Task.WhenAll(calls.Select(n => CallAsync(backend, n, limit.Token)));
        return [.. replies.Select(reply => reply.Text)];
    }

    public static Task<ChatResponse> CallAsync(HostedBackend backend, int n, CancellationToken cancellationToken) => backend.Chat.GetResponseAsync(
        [new ChatMessage(ChatRole.System, "Write a query."), new ChatMessage(ChatRole.User, $"Passage {n}: a database with {n} tables\nis kept in one file \"{n}.db\" — with ümlauts.")],
        new ChatOptions { Seed = n, Temperature = 0.5f, MaxOutputTokens = 64, ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema) },
        cancellationToken);

    /// <summary>Every call was answered once and not once more.</summary>
    public void AnsweredOnce(int calls)
    {
        Assert.Equal(calls, Batches.Answered.Count);
        Assert.All(Batches.Answered.Values, times => Assert.Equal(1, times));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static System.Text.Json.JsonElement Schema { get; } = System.Text.Json.JsonDocument.Parse(
        """{"type":"object","properties":{"query":{"type":"string","minLength":20}},"required":["query"],"additionalProperties":false}""").RootElement;
}
