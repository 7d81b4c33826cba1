using System.Text.Json;
using R2Synth.Inference.Hosted;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted;

public sealed class HostedScorerTests
{
    private const BackendAbilities Scores = BackendAbilities.TokenScores | BackendAbilities.PromptScores;
    private const string Prefix = "Passage: Bees tell each other where flowers are by dancing on the comb.";
    private const string Verdict = "\nDoes the passage answer the search query?";

    private static readonly Continuation[] Continuations =
    [
        new() { Lead = "\nSearch query:", Text = " how do bees tell each other where flowers are", Then = Verdict, Labels = [" Yes", " No"] },
        new() { Lead = "\nSearch query:", Text = " who won the cup in 1954", Then = Verdict, Labels = [" Yes", " No"] },
        new() { Lead = "\nSearch query:", Text = " dancing bees" },
    ];

    private static HostedBackend Open(string url, string? scores = null, params EndpointOptions[] more)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = 3, Scores = scores };
        options.Endpoints.Add(new EndpointOptions { Url = url, PriceIn = 1, PriceOut = 2 });
        foreach (EndpointOptions endpoint in more) options.Endpoints.Add(endpoint);
        return HostedBackend.Open("mock", options, new AnySpending(), HostedTimes.Of(options) with { Timeout = TimeSpan.FromSeconds(20), FirstDelay = TimeSpan.FromMilliseconds(5) });
    }

    private static ServerAbilities Able(string ways) => new()
    {
        PromptLogprobs = ways.Contains('v', StringComparison.Ordinal) ? Support.Full : Support.Ignored,
        Echo = ways.Contains('e', StringComparison.Ordinal) ? Support.Full : Support.Refused,
        Logprobs = ways.Length > 0 ? Support.Full : Support.Ignored,
        Completions = !ways.Contains('n', StringComparison.Ordinal),
    };

    [Theory]
    [InlineData("vec", "vllm", Scores)]
    [InlineData("ec", "echo", Scores)]
    [InlineData("c", "chat", BackendAbilities.TokenScores)]
    [InlineData("cn", "chat", BackendAbilities.TokenScores)]
    [InlineData("", null, BackendAbilities.None)]
    public async Task A_probe_finds_the_way_in_which_a_server_really_scores(string ways, string? found, BackendAbilities abilities)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = Able(ways) });
        await using HostedBackend backend = Open(server.Url);
        Assert.Null(backend.Scorer);

        await backend.ProbeAsync(BackendAbilities.Chat | Scores);

        Assert.Equal(abilities, backend.Abilities & Scores);
        Assert.Equal(found is null ? "openai:test-model" : $"openai:test-model; scores {found}", backend.ScorerIdentity);
        Assert.Equal("openai:test-model", backend.ModelIdentity);
        Assert.Equal(found is not null, backend.Scorer is not null);
    }

    [Fact]
    public async Task Nobody_is_asked_for_scores_that_no_run_needs_or_the_settings_rule_out()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(server.Url), none = Open(server.Url, "none");

        await backend.ProbeAsync(BackendAbilities.Chat);
        await none.ProbeAsync(Scores);

        Assert.Empty(server.Bodies);
        Assert.Null(none.Scorer);
    }

    [Fact]
    public async Task A_way_that_the_settings_name_and_the_server_does_not_know_is_an_error_at_start()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = Able("c") });
        await using HostedBackend backend = Open(server.Url, "echo");

        InputException fault = await Assert.ThrowsAsync<InputException>(() => backend.ProbeAsync(Scores));

        Assert.StartsWith("Setting R2Synth:Backends:mock:Scores is 'echo', and the server does not give them that way: Backend 'mock': http://127.0.0.1:", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("refused the request (400): Unsupported parameter: 'echo' is not supported with this model. Leave the setting out to have every way tried.", fault.Message, StringComparison.Ordinal);
        Assert.Contains("allowed: echo, vllm, chat, none", Assert.Throws<InputException>(() => Open(server.Url, "logits")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_endpoints_have_to_score_in_the_same_way()
    {
        await using TestServer able = await TestServer.StartAsync(), echoes = await TestServer.StartAsync(new TestServerOptions { Abilities = Able("e") });
        await using HostedBackend backend = Open(able.Url, null, new EndpointOptions { Url = echoes.Url });

        await backend.ProbeAsync(Scores);

        Assert.Equal("openai:test-model; scores echo", backend.ScorerIdentity);
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("vllm")]
    public async Task A_text_is_scored_by_its_own_tokens_and_labels_after_it(string scores)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(server.Url, scores);
        await backend.ProbeAsync(Scores);

        IReadOnlyList<ContinuationScore> found = await backend.Scorer!.ScoreAsync(Prefix, Continuations);

        // The server's tokens are words with their blanks.
        Assert.Equal([9, 6, 2], found.Select(score => score.Tokens));
        Assert.All(found, score => Assert.InRange(score.MeanLogLikelihood, -7, -0.4));
        Assert.True(found[0].MeanLogLikelihood > found[1].MeanLogLikelihood + 2, "words of the passage are likelier than others");
        Assert.True(found[0].Labels[0] > found[0].Labels[1], "yes");
        Assert.True(found[1].Labels[0] < found[1].Labels[1], "no");
        Assert.Equal([2, 2, 0], found.Select(score => score.Labels.Count));
        Assert.All(found, score => Assert.True(score.TokensRead > 20 && score.Cost == ((score.TokensRead * 1m) + 2m) / 1_000_000m, $"{score.TokensRead} tokens, {score.Cost}"));
        // One by one, in another company, again: the same bits.
        for (int i = 0; i < found.Count; i++)
        {
            ContinuationScore alone = Assert.Single(await backend.Scorer.ScoreAsync(Prefix, [Continuations[i]]));
            Assert.Equal(found[i] with { Labels = [] }, alone with { Labels = [] });
            Assert.Equal(found[i].Labels, alone.Labels);
        }
    }

    [Fact]
    public async Task Both_ways_give_the_same_numbers()
    {
        await using TestServer server = await TestServer.StartAsync();
        List<IReadOnlyList<ContinuationScore>> found = [];
        foreach (string scores in new[] { "echo", "vllm" })
        {
            await using HostedBackend backend = Open(server.Url, scores);
            await backend.ProbeAsync(Scores);
            found.Add(await backend.Scorer!.ScoreAsync(Prefix, Continuations));
        }

        Assert.Equal(found[0].Select(score => score.LogLikelihood), found[1].Select(score => score.LogLikelihood));
        Assert.Equal(found[0].SelectMany(score => score.Labels), found[1].SelectMany(score => score.Labels));
    }

    [Fact]
    public async Task A_chat_weighs_labels_and_refuses_texts()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(server.Url, "chat");
        await backend.ProbeAsync(Scores);

        ContinuationScore score = Assert.Single(await backend.Scorer!.ScoreAsync(
            Prefix, [new Continuation { Lead = "\nSearch query: how do bees tell each other where flowers are", Text = "", Then = Verdict, Labels = [" Yes", " No"] }]));

        Assert.Equal((0, 0), (score.LogLikelihood, score.Tokens));
        Assert.True(score.Labels[0] > score.Labels[1]);
        await Assert.ThrowsAsync<NotSupportedException>(() => backend.Scorer.ScoreAsync(Prefix, Continuations));
        JsonElement body = JsonDocument.Parse(server.Bodies[^1]).RootElement;
        Assert.Equal((1, true, 20), (body.GetProperty("max_tokens").GetInt32(), body.GetProperty("logprobs").GetBoolean(), body.GetProperty("top_logprobs").GetInt32()));
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("chat")]
    public async Task The_next_tokens_come_likeliest_first(string scores)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(server.Url, scores);
        await backend.ProbeAsync(Scores);

        IReadOnlyList<NextToken> next = await backend.Scorer!.NextTokensAsync(Prefix + "\nThe passage in one word:", 5);

        Assert.Equal(5, next.Count);
        Assert.Equal(next.Select(token => token.LogProbability).OrderDescending(), next.Select(token => token.LogProbability));
        Assert.All(next, token => Assert.Null(token.Logit));
        Assert.Equal(20, (await backend.Scorer.NextTokensAsync(Prefix + "\nThe passage in one word:", 1000)).Count);
    }

    [Fact]
    public async Task Faults_that_pass_change_no_number_and_a_text_that_is_too_long_is_told_apart()
    {
        await using TestServer calm = await TestServer.StartAsync();
        await using TestServer faulty = await TestServer.StartAsync(new TestServerOptions { FaultShare = 0.5, Faults = [ServerFault.TooManyRequests, ServerFault.ServerError, ServerFault.HalfBody] });
        List<IReadOnlyList<ContinuationScore>> found = [];
        foreach (TestServer server in new[] { calm, faulty })
        {
            await using HostedBackend backend = Open(server.Url, "vllm");
            await backend.ProbeAsync(Scores);
            found.Add(await backend.Scorer!.ScoreAsync(Prefix, Continuations));
        }

        Assert.Equal(found[0].Select(score => score.LogLikelihood), found[1].Select(score => score.LogLikelihood));
        // The probe, then the one that is too long.
        await using TestServer small = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.None, ServerFault.ContextExceeded] });
        await using HostedBackend third = Open(small.Url, "vllm");
        await third.ProbeAsync(Scores);
        await Assert.ThrowsAsync<ContextExceededException>(() => third.Scorer!.ScoreAsync(Prefix, [Continuations[0]]));
    }
}
