using System.Text.Json;
using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class CachedChatClientTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunCounters _counters = new();
    private readonly FakeChatClient _model = new();
    private CallCache _cache = null!;
    private CachedChatClient _client = null!;

    public Task InitializeAsync()
    {
        _cache = CallCache.Open(_folder.File("cache.db"));
        _client = new CachedChatClient(_model, _cache, "model", _counters);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_same_request_is_made_once_and_comes_back_the_same()
    {
        FakeChatClient model = new()
        {
            Reply = _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, "Wide: \U0001F600"))
            {
                FinishReason = ChatFinishReason.Length,
                Usage = new UsageDetails { InputTokenCount = 5, OutputTokenCount = 7 },
            },
        };
        using CachedChatClient client = new(model, _cache, "model", _counters);

        ChatResponse made = await client.GetResponseAsync("hello");
        ChatResponse known = await client.GetResponseAsync("hello");

        Assert.Equal(1, model.Calls);
        foreach (ChatResponse response in new[] { made, known })
        {
            Assert.Equal("Wide: \U0001F600", response.Text);
            Assert.Equal(ChatFinishReason.Length, response.FinishReason);
            Assert.Equal((5L, 7L, 12L), (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount, response.Usage?.TotalTokenCount));
        }

        Assert.Equal((1L, 1L, 5L, 7L), (_counters.Calls, _counters.CacheHits, _counters.TokensRead, _counters.TokensWritten));
    }

    [Fact]
    public async Task What_a_reply_did_cost_is_kept_and_counted_once()
    {
        FakeChatClient model = new()
        {
            Reply = _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, "yes")) { AdditionalProperties = new() { [CallOptions.Cost] = 0.0125m } },
        };
        using CachedChatClient client = new(model, _cache, "model", _counters);

        await client.GetResponseAsync("hello");
        await client.GetResponseAsync("hello");

        Assert.Equal(0.0125m, _counters.Cost);
        Assert.Equal(0.0125, _cache.TryGet(ChatKey.Of("model", [new(ChatRole.User, "hello")], null))?.Cost);
    }

    [Fact]
    public async Task A_refusal_comes_back_in_the_servers_words()
    {
        FakeChatClient model = new()
        {
            Reply = _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, [new ErrorContent("We do not like it.")])) { FinishReason = ChatFinishReason.ContentFilter },
        };
        using CachedChatClient client = new(model, _cache, "model", _counters);

        await client.GetResponseAsync("hello");
        ChatResponse known = await client.GetResponseAsync("hello");

        Assert.Equal("We do not like it.", Assert.Single(known.Messages[0].Contents.OfType<ErrorContent>()).Message);
        Assert.Equal(ChatFinishReason.ContentFilter, known.FinishReason);
    }

    [Fact]
    public async Task A_reply_under_way_when_the_run_ends_is_kept()
    {
        using CancellationTokenSource run = new();
        FakeChatClient model = new()
        {
            Reply = call =>
            {
                run.Cancel(); // another stage fails while the server writes; the hosted side hands the reply on all the same
                return new ChatResponse(new ChatMessage(ChatRole.Assistant, "paid for"));
            },
        };
        using CachedChatClient client = new(model, _cache, "model", _counters);

        await client.GetResponseAsync("hello", cancellationToken: run.Token);

        Assert.Equal("paid for", (await client.GetResponseAsync("hello")).Text);
        Assert.Equal(1, model.Calls);
    }

    [Fact]
    public async Task Whatever_changes_the_reply_changes_the_key()
    {
        List<ChatOptions?> options =
        [
            null,
            new() { Temperature = 0.7f },
            new() { Temperature = 0.8f },
            new() { TopP = 0.7f },
            new() { TopK = 40 },
            new() { MaxOutputTokens = 40 },
            new() { Seed = 40 },
            new() { FrequencyPenalty = 0.7f },
            new() { PresencePenalty = 0.7f },
            new() { StopSequences = ["\n"] },
            new() { StopSequences = ["\n", "a"] },
            new() { ResponseFormat = ChatResponseFormat.Json },
            new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema("""{"type":"object"}""")) },
            new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema("""{"type":"array"}""")) },
            new() { Instructions = "Be brief." },
            new() { ModelId = "other" },
            new() { AdditionalProperties = new() { [CallOptions.Completion] = true } },
            new() { AdditionalProperties = new() { ["min_p"] = 0.1 } },
        ];
        foreach (ChatOptions? option in options)
        {
            await _client.GetResponseAsync("hello", option);
        }

        await _client.GetResponseAsync([new(ChatRole.System, "hello")]);
        await _client.GetResponseAsync([new(ChatRole.User, "hel"), new(ChatRole.User, "lo")]);
        using CachedChatClient other = new(_model, _cache, "other model", _counters);
        await other.GetResponseAsync("hello");

        Assert.Equal(options.Count + 3, _model.Calls);
    }

    [Fact]
    public async Task Hints_and_defaults_do_not_change_the_key()
    {
        await _client.GetResponseAsync("hello");
        await _client.GetResponseAsync("hello", new ChatOptions());
        await _client.GetResponseAsync("hello", new ChatOptions { ResponseFormat = ChatResponseFormat.Text, StopSequences = [] });
        await _client.GetResponseAsync(
            "hello", new ChatOptions { AdditionalProperties = new() { [CallOptions.SharedPrefixLength] = 3, [CallOptions.Completion] = false } });

        Assert.Equal(1, _model.Calls);
    }

    [Fact]
    public async Task A_fault_is_not_kept()
    {
        FakeChatClient model = new() { Reply = call => call == 1 ? throw new HttpRequestException() : new ChatResponse(new ChatMessage(ChatRole.Assistant, "yes")) };
        using CachedChatClient client = new(model, _cache, "model", _counters);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetResponseAsync("hello"));

        Assert.Equal("yes", (await client.GetResponseAsync("hello")).Text);
        Assert.Equal(1, _counters.Calls);
    }

    [Fact]
    public async Task What_the_key_cannot_hold_is_refused()
    {
        ChatMessage image = new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);
        await Assert.ThrowsAsync<NotSupportedException>(() => _client.GetResponseAsync([image]));
        await Assert.ThrowsAsync<NotSupportedException>(() => _client.GetResponseAsync("hello", new ChatOptions { RawRepresentationFactory = _ => null }));
        Assert.Throws<NotSupportedException>(() => _client.GetStreamingResponseAsync("hello"));
        Assert.Equal(0, _model.Calls);
    }

    private static JsonElement Schema(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
