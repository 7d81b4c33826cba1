using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.TestServers;

/// <summary>The server itself, asked with a bare <see cref="HttpClient"/>.</summary>
public sealed class TestServerTests : IDisposable
{
    private const string Passage = "Bees overwinter in a tight cluster and feed on the honey that they stored in summer.";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> PostAsync(TestServer server, string path, string body) =>
        await _http.PostAsync(new Uri($"{server.Url}/{path}"), new StringContent(body, Encoding.UTF8, "application/json"));

    private async Task<JsonElement> AskAsync(TestServer server, string path, string body)
    {
        using HttpResponseMessage response = await PostAsync(server, path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static string Chat(string prompt, string more = "") => $$"""{"model":"m","messages":[{"role":"user","content":{{JsonValue.Create(prompt).ToJsonString()}}}]{{more}}}""";

    private static string Completion(string prompt, string more) => $$"""{"model":"m","prompt":{{JsonValue.Create(prompt).ToJsonString()}},{{more}}}""";

    private static JsonElement Choice(JsonElement reply) => reply.GetProperty("choices")[0];

    [Fact]
    public async Task An_echo_scores_prompt_and_reply_token_by_token()
    {
        await using TestServer server = await TestServer.StartAsync();
        string prompt = $"Passage: {Passage}\nQuery: how do bees overwinter";
        JsonElement reply = await AskAsync(server, "completions", Completion(prompt, "\"echo\":true,\"logprobs\":3,\"max_tokens\":1"));

        JsonElement choice = Choice(reply), scores = choice.GetProperty("logprobs");
        string[] tokens = [.. scores.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!)];
        Assert.Equal(choice.GetProperty("text").GetString(), string.Concat(tokens));
        Assert.StartsWith(prompt, choice.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(reply.GetProperty("usage").GetProperty("total_tokens").GetInt32(), tokens.Length);
        Assert.Equal(1, reply.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        int offset = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            Assert.Equal(offset, scores.GetProperty("text_offset")[i].GetInt32());
            offset += tokens[i].Length;
            JsonElement score = scores.GetProperty("token_logprobs")[i], top = scores.GetProperty("top_logprobs")[i];
            Assert.Equal(i == 0, score.ValueKind == JsonValueKind.Null);
            Assert.Equal(i == 0, top.ValueKind == JsonValueKind.Null);
            if (i == 0) continue;
            Assert.InRange(score.GetDouble(), -7, 0);
            Assert.Equal(score.GetDouble(), top.GetProperty(tokens[i]).GetDouble());
            Assert.InRange(top.EnumerateObject().Count(), 3, 4);
        }

        JsonElement none = Choice(await AskAsync(server, "completions", Completion(prompt, "\"echo\":true,\"logprobs\":0,\"max_tokens\":0")));
        Assert.Equal(prompt, none.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_query_is_likelier_after_its_own_passage_in_both_forms()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Query = "\nQuery: how do bees overwinter";
        async Task<double> EchoedAsync(string passage)
        {
            JsonElement scores = Choice(await AskAsync(server, "completions", Completion(passage + Query, "\"echo\":true,\"logprobs\":0,\"max_tokens\":0"))).GetProperty("logprobs");
            return scores.GetProperty("tokens").EnumerateArray().Zip(scores.GetProperty("token_logprobs").EnumerateArray(), scores.GetProperty("text_offset").EnumerateArray())
                .Where(token => token.Third.GetInt32() >= passage.Length).Sum(token => token.Second.GetDouble());
        }

        async Task<double> PromptedAsync(string passage)
        {
            JsonElement scores = Choice(await AskAsync(server, "completions", Completion(passage + Query, "\"prompt_logprobs\":0,\"max_tokens\":1"))).GetProperty("prompt_logprobs");
            Assert.Equal(JsonValueKind.Null, scores[0].ValueKind);
            JsonElement[] own = [.. scores.EnumerateArray().Skip(1).Select(token => token.EnumerateObject().Single().Value)];
            Assert.EndsWith(Query, string.Concat(own.Select(token => token.GetProperty("decoded_token").GetString())), StringComparison.Ordinal);
            Assert.All(own, token => Assert.True(token.GetProperty("rank").GetInt32() >= 1));
            return own.TakeLast(7).Sum(token => token.GetProperty("logprob").GetDouble());
        }

        double echoed = await EchoedAsync(Passage), prompted = await PromptedAsync(Passage);
        Assert.Equal(echoed, prompted, 9);
        Assert.True(echoed > await EchoedAsync("A lathe turns a piece of wood about its own axis while a chisel shapes it.") + 5, "the passage makes no difference");
    }

    [Fact]
    public async Task Yes_rises_with_the_words_that_the_parts_share()
    {
        await using TestServer server = await TestServer.StartAsync();
        static string Prompt(string query) => $"Passage: {Passage}\nSearch query: {query}\nDoes the passage answer the search query?";
        async Task<double> YesAsync(string query)
        {
            JsonElement chat = Choice(await AskAsync(server, "chat/completions", Chat(Prompt(query), ",\"max_tokens\":1,\"logprobs\":true,\"top_logprobs\":20")));
            JsonElement first = chat.GetProperty("logprobs").GetProperty("content")[0];
            Assert.Equal(chat.GetProperty("message").GetProperty("content").GetString(), first.GetProperty("token").GetString());
            Assert.Equal(20, first.GetProperty("top_logprobs").GetArrayLength());
            Dictionary<string, double> top = first.GetProperty("top_logprobs").EnumerateArray().ToDictionary(token => token.GetProperty("token").GetString()!, token => token.GetProperty("logprob").GetDouble());
            Assert.InRange(top.Values.Sum(Math.Exp), 0.9, 1);
            JsonElement text = Choice(await AskAsync(server, "completions", Completion(Prompt(query), "\"logprobs\":20,\"max_tokens\":1"))).GetProperty("logprobs").GetProperty("top_logprobs")[0];
            Assert.Equal(top["Yes"], text.GetProperty(" Yes").GetDouble(), 9);
            return top["Yes"] - top["No"];
        }

        double good = await YesAsync("how do bees overwinter"), bad = await YesAsync("sharpen a chisel");
        Assert.True(good > 1 && bad < -1, $"{good} and {bad}");
    }

    [Fact]
    public async Task A_grade_follows_the_shared_words_and_a_bare_prompt_continues_with_its_words()
    {
        await using TestServer server = await TestServer.StartAsync();
        static string Grade(string query) => Chat($"Passage: {Passage}\nQuery: {query}\nGive a grade from 0 to 3.", ",\"max_tokens\":1,\"logprobs\":true,\"top_logprobs\":5");
        Assert.Equal("3", Choice(await AskAsync(server, "chat/completions", Grade("bees overwinter cluster"))).GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("0", Choice(await AskAsync(server, "chat/completions", Grade("sharpen chisel"))).GetProperty("message").GetProperty("content").GetString());
        JsonElement words = Choice(await AskAsync(server, "completions", Completion($"Passage: {Passage}\nIn one word it is about", "\"logprobs\":5,\"max_tokens\":1")));
        Assert.Contains(words.GetProperty("text").GetString()!.Trim(), Passage.ToLowerInvariant(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_keeps_to_its_tokens_and_they_are_counted_and_billed()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            InputPrice = 2,
            OutputPrice = 8,
            Script = [ServerFault.None, ServerFault.ServerError, ServerFault.ConnectionReset, ServerFault.BrokenBody],
        });
        string body = Chat(Passage, ",\"max_tokens\":3");
        JsonElement reply = await AskAsync(server, "chat/completions", body);
        Assert.Equal("length", Choice(reply).GetProperty("finish_reason").GetString());
        int read = reply.GetProperty("usage").GetProperty("prompt_tokens").GetInt32();
        Assert.Equal((17, 3), (read, reply.GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
        decimal once = ((17 * 2) + (3 * 8)) / 1e6m;
        Assert.Equal(once, server.Statistics.Billed);

        using (HttpResponseMessage failed = await PostAsync(server, "chat/completions", body)) Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal(once, server.Statistics.Billed);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, "chat/completions", body));
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, "chat/completions", body));
        Assert.Equal((3 * once, 51L, 9L), (server.Statistics.Billed, server.Statistics.TokensRead, server.Statistics.TokensWritten));
        Assert.Equal((4, 3, 1, 0), (server.Requests, server.FaultyRequests, server.Statistics.Served, server.Statistics.NeedlessRequests));

        await AskAsync(server, "chat/completions", body);
        Assert.Equal((5, 1), (Assert.Single(server.Statistics.Attempts).Value, server.Statistics.NeedlessRequests));
        Assert.Equal(5, server.Statistics.Paths["/v1/chat/completions"]);
    }

    [Fact]
    public async Task Embeddings_are_counted_and_the_same_in_both_encodings()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement floats = await AskAsync(server, "embeddings", """{"model":"m","input":["bees in winter","bees"]}""");
        JsonElement bytes = await AskAsync(server, "embeddings", """{"model":"m","input":["bees in winter","bees"],"encoding_format":"base64"}""");
        Assert.Equal((4, 4L), (floats.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), server.Statistics.TokensRead - 4));
        for (int i = 0; i < 2; i++)
        {
            byte[] packed = bytes.GetProperty("data")[i].GetProperty("embedding").GetBytesFromBase64();
            float[] values = [.. floats.GetProperty("data")[i].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle())];
            Assert.Equal(values, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(packed).ToArray());
        }
    }

    [Theory]
    [InlineData(ServerFault.TooManyRequests, 429)]
    [InlineData(ServerFault.TooManyRequestsWithRetryAfter, 429)]
    [InlineData(ServerFault.ServerError, 500)]
    [InlineData(ServerFault.ServiceUnavailable, 503)]
    [InlineData(ServerFault.PaymentRequired, 402)]
    [InlineData(ServerFault.ContextExceeded, 400)]
    [InlineData(ServerFault.BadRequest, 400)]
    [InlineData(ServerFault.Unauthorized, 401)]
    [InlineData(ServerFault.NotFound, 404)]
    public async Task A_refusal_has_its_status_and_costs_nothing(ServerFault fault, int status)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [fault], RetryAfter = TimeSpan.FromMilliseconds(1500) });
        using HttpResponseMessage response = await PostAsync(server, "chat/completions", Chat(Passage));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.True(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("code").GetString()!.Length > 0);
        Assert.Equal((0m, 0), (server.Statistics.Billed, server.Statistics.Served));
        Assert.Equal(fault == ServerFault.TooManyRequestsWithRetryAfter ? TimeSpan.FromSeconds(2) : null, response.Headers.RetryAfter?.Delta);
        Assert.Equal(fault == ServerFault.TooManyRequestsWithRetryAfter, response.Headers.TryGetValues("retry-after-ms", out IEnumerable<string>? exact) && exact.Single() == "1500");
    }

    [Fact]
    public async Task Cut_bodies_end_early_and_a_dripping_one_comes_whole()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Script = [ServerFault.SlowDrip, ServerFault.BrokenBody, ServerFault.ResetAfterPart, ServerFault.HalfBody],
            DripBytes = 64,
            DripDelay = TimeSpan.FromMilliseconds(5),
        });
        string body = Chat(Passage);
        string whole = (await AskAsync(server, "chat/completions", body)).GetRawText();
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, "chat/completions", body));
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, "chat/completions", body));
        using HttpResponseMessage half = await PostAsync(server, "chat/completions", body);
        Assert.Equal(whole[..(whole.Length / 2)], await half.Content.ReadAsStringAsync());
        Assert.Equal((1, 4L), (server.Statistics.Served, server.Statistics.TokensRead / 17));
    }

    [Fact]
    public async Task Duplicates_give_different_queries_the_same_text()
    {
        async Task<int> DistinctAsync(TestServerOptions options)
        {
            await using TestServer server = await TestServer.StartAsync(options);
            HashSet<string> replies = [];
            for (int i = 0; i < 20; i++) replies.Add(Choice(await AskAsync(server, "chat/completions", Chat($"{Passage} {i}", $",\"seed\":{i}"))).GetProperty("message").GetProperty("content").GetString()!);
            return replies.Count;
        }

        Assert.True(await DistinctAsync(new TestServerOptions()) > 15);
        Assert.InRange(await DistinctAsync(new TestServerOptions { DuplicateReplies = 1 }), 1, 4);
        Assert.InRange(await DistinctAsync(new TestServerOptions { FaultShare = 1, Faults = [ServerFault.DuplicateReply] }), 1, 4);
    }

    [Fact]
    public async Task Requests_beyond_the_places_are_turned_away_at_once()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Places = 2, RefuseWithRetryAfter = true, Latency = TimeSpan.FromMilliseconds(500) });
        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => PostAsync(server, "chat/completions", Chat($"{Passage} {i}"))));
        Assert.Equal(2, responses.Count(response => response.IsSuccessStatusCode));
        Assert.All(responses.Where(response => !response.IsSuccessStatusCode), response => Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (response.StatusCode, response.Headers.RetryAfter?.Delta)));
        Assert.Equal((3, 3, 2), (server.FaultyRequests, server.Statistics.Refused, server.Statistics.Served));
        foreach (HttpResponseMessage response in responses) response.Dispose();
    }

    [Fact]
    public async Task Grants_accrue_by_the_minute()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { RequestsPerMinute = 60 });
        using HttpResponseMessage first = await PostAsync(server, "chat/completions", Chat(Passage)), second = await PostAsync(server, "chat/completions", Chat(Passage));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests, 1), (first.StatusCode, second.StatusCode, server.Statistics.Refused));
    }

    [Fact]
    public async Task Latency_and_writing_take_their_time()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Latency = TimeSpan.FromMilliseconds(60), TokensPerSecond = 50 });
        await AskAsync(server, "chat/completions", Chat(Passage, ",\"max_tokens\":1"));
        Stopwatch watch = Stopwatch.StartNew();
        JsonElement reply = await AskAsync(server, "chat/completions", Chat(Passage, ",\"max_tokens\":5"));
        Assert.Equal(5, reply.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.True(watch.Elapsed.TotalMilliseconds >= 159, $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("chat/completions", "response_format", Support.Refused, 400)]
    [InlineData("chat/completions", "response_format", Support.Ignored, 200)]
    [InlineData("chat/completions", "logprobs", Support.Refused, 400)]
    [InlineData("chat/completions", "logprobs", Support.Ignored, 200)]
    [InlineData("completions", "logprobs", Support.Refused, 400)]
    [InlineData("completions", "logprobs", Support.Ignored, 200)]
    [InlineData("completions", "prompt_logprobs", Support.Refused, 400)]
    [InlineData("completions", "prompt_logprobs", Support.Ignored, 200)]
    [InlineData("completions", "echo", Support.Refused, 400)]
    [InlineData("completions", "echo", Support.Ignored, 200)]
    public async Task A_field_that_is_not_supported_is_ignored_or_refused(string path, string field, Support support, int status)
    {
        ServerAbilities abilities = field switch
        {
            "response_format" => new() { ResponseFormat = support },
            "logprobs" => new() { Logprobs = support },
            "echo" => new() { Echo = support },
            _ => new() { PromptLogprobs = support },
        };
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = abilities });
        string body = path == "completions"
            ? Completion(Passage, field == "prompt_logprobs" ? "\"prompt_logprobs\":1,\"max_tokens\":1" : "\"echo\":true,\"logprobs\":1,\"max_tokens\":1")
            : Chat(Passage, field == "logprobs" ? ",\"logprobs\":true,\"top_logprobs\":2,\"max_tokens\":1" : """,  "response_format":{"type":"json_schema","json_schema":{"schema":{"properties":{"query":{"type":"string"}}}}}""");
        using HttpResponseMessage response = await PostAsync(server, path, body);
        Assert.Equal(status, (int)response.StatusCode);
        string text = await response.Content.ReadAsStringAsync();
        if (status == 400)
        {
            Assert.Contains($"'{field}'", text, StringComparison.Ordinal);
            return;
        }

        JsonElement choice = Choice(JsonDocument.Parse(text).RootElement);
        Assert.False(choice.TryGetProperty("prompt_logprobs", out _));
        if (field == "echo") Assert.DoesNotContain(Passage, choice.GetProperty("text").GetString(), StringComparison.Ordinal);
        else Assert.False(choice.TryGetProperty("logprobs", out JsonElement scores) && scores.ValueKind != JsonValueKind.Null);
        if (field == "response_format") Assert.Contains("```json", choice.GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_can_be_missing_and_models_are_listed()
    {
        await using TestServer bare = await TestServer.StartAsync(new TestServerOptions { Abilities = new() { Completions = false, Models = false, Embeddings = false } });
        foreach ((string path, string body) in new[] { ("completions", Completion(Passage, "\"max_tokens\":1")), ("embeddings", """{"model":"m","input":"x"}""") })
        {
            using HttpResponseMessage response = await PostAsync(bare, path, body);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using HttpResponseMessage none = await _http.GetAsync(new Uri($"{bare.Url}/models"));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);

        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Models = ["a", "b"] });
        JsonElement models = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{server.Url}/models"))).RootElement.GetProperty("data");
        Assert.Equal(["a", "b"], models.EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        using HttpResponseMessage unknown = await PostAsync(server, "chat/completions", Chat(Passage));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        JsonElement stats = JsonDocument.Parse(await _http.GetStringAsync(new Uri(server.Url[..^3] + "/stats"))).RootElement;
        Assert.Equal(1, stats.GetProperty("requests").GetInt32());
        Assert.True(stats.GetProperty("cpu_seconds").GetDouble() > 0);
    }

    [Fact]
    public async Task A_line_of_a_batch_gets_the_answer_of_its_path_at_a_share_of_the_price()
    {
        await using TestServer server = await TestServer.StartAsync();
        string body = Chat(Passage);
        string single = (await AskAsync(server, "chat/completions", body)).GetRawText();
        decimal full = server.Statistics.Billed;
        ServerAnswer answer = server.Answer("/v1/chat/completions", Encoding.UTF8.GetBytes(body), priceShare: 0.5);
        Assert.Equal((200, single, full * 1.5m, 1), (answer.Status, Encoding.UTF8.GetString(answer.Body), server.Statistics.Billed, server.Requests));
        Assert.Equal(500, server.Answer("/v1/chat/completions", Encoding.UTF8.GetBytes(body), ServerFault.ServerError).Status);
        Assert.Equal(404, server.Answer("/v1/nowhere", Encoding.UTF8.GetBytes(body)).Status);
    }
}
