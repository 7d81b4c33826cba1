using System.Text.Json;
using R2Synth.Inference.Hosted;
using R2Synth.Inference.Tests.Recorded;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted;

public sealed class HostedRerankerTests
{
    private const string Query = "how bees dance";
    private static readonly string[] Documents = ["rivers flood forests", "bees dance on the comb", "how bees dance"];

    private static async Task<HostedBackend> OpenAsync(string url, AnySpending? spending = null, int retries = 3)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = retries };
        options.Endpoints.Add(new EndpointOptions { Url = url, PriceIn = 2 });
        HostedBackend backend = HostedBackend.Open("mock", options, spending ?? new AnySpending(), HostedTimes.Of(options) with { FirstDelay = TimeSpan.FromMilliseconds(5) });
        await backend.ProbeAsync(BackendAbilities.Rerank);
        return backend;
    }

    [Theory]
    [InlineData(RerankSupport.Jina, "/v1/rerank", 1)]
    [InlineData(RerankSupport.Tei, "/rerank", 4)]
    public async Task A_probe_finds_how_a_server_reranks_and_scores_come_back_in_the_documents_order(RerankSupport support, string path, int asked)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = new ServerAbilities { Rerank = support } });
        await using HostedBackend backend = await OpenAsync(server.Url);
        Assert.True(backend.Abilities.HasFlag(BackendAbilities.Rerank));
        Assert.Equal(asked, server.Requests);

        RerankReply reply = await backend.Reranker!.ScoreAsync(Query, Documents);

        Assert.Equal(["rivers", "bees", "how"], Documents.Select((document, i) => (document.Split(' ')[0], reply.Scores[i].Score)).OrderBy(one => one.Score).Select(one => one.Item1));
        Assert.All(reply.Scores, score => Assert.Null(score.Fault));
        Assert.Equal(1, reply.Scores[2].Score!.Value, 4);
        Assert.True(server.Statistics.Paths[path] >= 2);
        if (support != RerankSupport.Jina) return;
        JsonElement body = JsonDocument.Parse(server.Bodies[^1]).RootElement;
        Assert.Equal((3, false, "test-model"), (body.GetProperty("top_n").GetInt32(), body.GetProperty("return_documents").GetBoolean(), body.GetProperty("model").GetString()));
        Assert.Equal(3 + 3 + 5 + 3 + 3 + 3, reply.TokensRead); // the query once a document
        Assert.Equal(reply.TokensRead * 2m / 1_000_000m, reply.Cost);
    }

    [Fact]
    public async Task A_server_without_reranking_is_no_reranker_and_nobody_asks_unasked()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = new ServerAbilities { Rerank = RerankSupport.None } });
        await using HostedBackend backend = await OpenAsync(server.Url);
        Assert.Null(backend.Reranker);
        Assert.False(backend.Abilities.HasFlag(BackendAbilities.Rerank));
        int asked = server.Requests;
        await backend.ProbeAsync(BackendAbilities.Chat);
        Assert.Equal(asked, server.Requests);
    }

    [Theory]
    [InlineData(ServerFault.ShortRanking, RerankScore.Missing, 0)]
    [InlineData(ServerFault.DoubledRanking, RerankScore.Repetition, 2)]
    [InlineData(ServerFault.UnscoredRanking, RerankScore.NotANumber, 2)]
    [InlineData(ServerFault.ForeignRanking, null, 0)]
    public async Task An_answer_that_is_not_right_costs_its_document_and_no_other(ServerFault fault, string? reason, int place)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.None, fault] });
        await using HostedBackend backend = await OpenAsync(server.Url);

        RerankReply reply = await backend.Reranker!.ScoreAsync(Query, Documents);

        Assert.Equal(reason, reply.Scores[place].Fault);
        Assert.Equal(reason is null, reply.Scores[place].Score is not null);
        Assert.All(reply.Scores.Where((_, i) => i != place), score => Assert.NotNull(score.Score));
    }

    [Fact]
    public async Task Rerankings_take_the_same_way_as_other_calls()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Script = [ServerFault.None, ServerFault.TooManyRequests, ServerFault.HalfBody, ServerFault.None, ServerFault.BadRequest],
        });
        await using HostedBackend backend = await OpenAsync(server.Url);
        Assert.NotNull((await backend.Reranker!.ScoreAsync(Query, Documents)).Scores[0].Score);
        Assert.Equal(4, server.Requests);
        Assert.Contains("refused the request (400)", (await Assert.ThrowsAsync<CallFailedException>(() => backend.Reranker!.ScoreAsync(Query, Documents))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Money_is_set_aside_for_the_query_once_a_document()
    {
        RequestBody body = RequestBody.Read("""{"query":"12345678","documents":["a","b","c"]}"""u8.ToArray(), RequestForm.Rerank);
        Assert.Equal((16, 3, 0), (body.RepeatedBytes, body.Messages, body.MostOutput));
        Assert.DoesNotContain("max_", System.Text.Encoding.UTF8.GetString(body.For(FleetFixture.Endpoint(new EndpointOptions { PriceIn = 1 }))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerFault.ContextExceeded)]
    [InlineData(ServerFault.TooLarge)]
    [InlineData(ServerFault.TooManyTokens)]
    public async Task A_document_that_is_too_long_costs_the_others_nothing(ServerFault fault)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            // Probe; all three; the first alone; the other two; each of those.
            Script = [ServerFault.None, fault, ServerFault.None, fault, fault, ServerFault.None],
        });
        await using HostedBackend backend = await OpenAsync(server.Url);
        RerankReply reply = await backend.Reranker!.ScoreAsync(Query, Documents);
        Assert.Equal([null, RerankScore.TooLong, null], reply.Scores.Select(score => score.Fault));
        Assert.Equal(6, server.Requests); // nothing is tried again
    }

    [Fact]
    public async Task A_recording_answers_what_was_reranked()
    {
        using Recordings recordings = new();
        TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.None, ServerFault.ShortRanking] });
        RerankReply live;
        await using (Backend backend = await recordings.RecordAsync(server))
        {
            await backend.ProbeAsync(BackendAbilities.Rerank);
            live = await backend.Reranker!.ScoreAsync(Query, Documents);
        }

        await server.DisposeAsync();
        await using Backend replay = await recordings.ReplayAsync();
        Assert.Equal(live.Scores, (await replay.Reranker!.ScoreAsync(Query, Documents)).Scores);
        await Assert.ThrowsAsync<InputException>(() => replay.Reranker!.ScoreAsync("another", Documents));
    }
}
