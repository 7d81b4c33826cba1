using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Tests.Ledger;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Pipeline.Tests;

public sealed class JudgeBackendTests : IDisposable
{
    private static readonly Passage[] Passages =
    [
        .. new[] { "rivers flood forests in the wet season", "bees dance on the comb to tell where flowers are", "cement reacts with water" }.Select((text, i) => new Passage { Docid = $"d{i}", Text = text }),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(JudgeNames.Rerank)]
    [InlineData(JudgeNames.Gecko)]
    [InlineData(JudgeNames.Graded)]
    [InlineData(JudgeNames.Pairwise)]
    [InlineData(JudgeNames.Listwise)]
    [InlineData(JudgeNames.Qwen3Reranker)]
    public async Task A_judge_behind_a_server_asks_for_everything_once_also_over_two_runs(string name)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Reply = request => name == JudgeNames.Listwise ? "[2] > [3] > [1]" : null });
        (IReadOnlyList<JudgeVerdict> first, long calls, long hits) = await JudgeAsync(name, server.Url);
        int asked = server.Requests;
        (IReadOnlyList<JudgeVerdict> second, long callsAgain, long hitsAgain) = await JudgeAsync(name, server.Url);

        // The server's list of likely tokens has no letters: whoever weighs those must say so.
        Assert.All(first, verdict => Assert.True(verdict.Fault == null || (name == JudgeNames.Pairwise && verdict.Fault == JudgeFaults.NoLabel)));
        Assert.Equal(first, second);
        Assert.Equal(asked, server.Requests); // not even whether it can
        Assert.True(calls > 0 && hits == 0);
        Assert.True(callsAgain == 0 && hitsAgain > 0);
        if (name == JudgeNames.Rerank) Assert.Equal(1, first.ToList().FindIndex(verdict => verdict.Score == first.Max(one => one.Score)));
    }

    private async Task<(IReadOnlyList<JudgeVerdict> Verdicts, long Calls, long Hits)> JudgeAsync(string name, string url)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = 0 };
        options.Endpoints.Add(new EndpointOptions { Url = url });
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        await using BackendInUse use = new(await BackendFactory.OpenAsync("server", options, "."), options);
        use.Needs = JudgeBackend.NeedOf(Judges.Get(name), use);
        await use.ProbeAsync(cache, CancellationToken.None);
        RunCounters counters = new();
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "R2Synth.sln"))) root = Path.GetDirectoryName(root)!; // the tests lie below it
        IPassageJudge judge = Judges.Create(name, JudgeBackend.Models(use, cache, counters), PromptLibrary.Load(Path.Combine(root, "prompts")), new JudgesOptions(), 120);
        return (await judge.JudgeAsync("where bees dance", Passages), counters.Calls, counters.CacheHits);
    }
}
