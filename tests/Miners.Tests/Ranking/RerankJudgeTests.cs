using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Testing;

namespace R2Synth.Miners.Tests.Ranking;

public class RerankJudgeTests
{
    [Fact]
    public async Task Documents_go_in_requests_of_the_size_set_and_a_document_without_a_score_fails_alone()
    {
        FakeReranker reranker = new(text => KnownWorth.In(text)[0] == 3 ? RerankScore.Failed(RerankScore.Missing) : RerankScore.Of(KnownWorth.In(text)[0] == 4 ? double.NaN : 1));
        IPassageJudge judge = KnownWorth.Judge(JudgeNames.Rerank, new JudgeModels { Reranker = reranker }, options => options.RerankDocuments = 2);
        IReadOnlyList<JudgeVerdict> verdicts = await judge.JudgeAsync("q", KnownWorth.Passages(1, 2, 3, 4, 5));
        Assert.Equal([2, 2, 1], reranker.Calls);
        Assert.Equal([null, null, JudgeFaults.Missing, JudgeFaults.NotANumber, null], verdicts.Select(verdict => verdict.Fault));
    }

    [Theory]
    [InlineData(ServerFault.ShortRanking, JudgeFaults.Missing)]
    [InlineData(ServerFault.DoubledRanking, JudgeFaults.Repetition)]
    [InlineData(ServerFault.UnscoredRanking, JudgeFaults.NotANumber)]
    [InlineData(ServerFault.BadRequest, JudgeFaults.CallFailed)]
    public async Task A_server_that_misbehaves_gives_no_verdict(ServerFault fault, string reason)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.None, fault] });
        await using Backend backend = await OpenAsync(server.Url);
        await backend.ProbeAsync(BackendAbilities.Rerank);
        ReplyCounts counts = new();
        IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Rerank, JudgeModels.Of(backend), counts: counts).JudgeAsync("bees dance", Corpus.Of("rivers flood", "bees dance on the comb"));
        int failed = reason == JudgeFaults.CallFailed ? 2 : 1;
        Assert.Equal(failed, verdicts.Count(verdict => verdict.Fault == reason));
        Assert.Equal(2 - failed, verdicts.Count(verdict => verdict.Score is not null));
        Assert.Equal(failed, counts.Failed[reason]);
    }

    [Fact]
    public async Task A_server_that_only_writes_is_asked_for_picks_and_rankings_and_its_refusals_are_no_verdicts()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Script = [ServerFault.None, ServerFault.ContentFilter, ServerFault.ContentFilter],
            Reply = request => request.GetRawText().Contains("letter", StringComparison.Ordinal) ? "B" : "[2] > [1]",
        });
        await using Backend backend = await OpenAsync(server.Url);
        foreach ((string name, string reply, double second, string? fault) in new[]
        {
            (JudgeNames.Listwise, JudgeFaults.Ok, 2.0, (string?)null), (JudgeNames.Listwise, JudgeFaults.Refused, 0.0, JudgeFaults.Refused), (JudgeNames.Setwise, JudgeFaults.Refused, 0.0, JudgeFaults.Refused), (JudgeNames.Setwise, JudgeFaults.Ok, 2.0, null),
        })
        {
            ReplyCounts counts = new();
            IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(name, new JudgeModels { Chat = backend.Chat }, counts: counts).JudgeAsync("bees dance", Corpus.Of("rivers flood", "bees dance"));
            Assert.Equal((fault, fault is null ? second : (double?)null), (verdicts[1].Fault, verdicts[1].Score));
            Assert.Equal(1, counts.Replies[reply]);
        }
    }

    private static Task<Backend> OpenAsync(string url)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = 0 };
        options.Endpoints.Add(new EndpointOptions { Url = url });
        return BackendFactory.OpenAsync("mock", options, ".");
    }
}
