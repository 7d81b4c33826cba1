using Microsoft.Extensions.AI;
using R2Synth.Inference.Structured;
using R2Synth.Inference.Tests.LlamaCpp;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Recorded;

public sealed class RecordedBackendTests : IDisposable
{
    private readonly Recordings _recordings = new();

    public void Dispose() => _recordings.Dispose();

    [Fact]
    public async Task A_replay_gives_the_replies_that_were_recorded_with_the_server_gone()
    {
        // The second reply is repaired: two calls. The others end in a refusal and in a request that is too long.
        TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Script = [ServerFault.None, ServerFault.WrongSchema, ServerFault.None, ServerFault.ContentFilter, ServerFault.ContextExceeded],
        });
        List<StructuredReply> live = [];
        string tooLong;
        (string, BackendAbilities, int?, bool, int) facts;
        await using (Backend backend = await _recordings.RecordAsync(server))
        {
            for (int i = 0; i < 3; i++) live.Add(await Recordings.AskAsync(backend, TestModels.Passages[i]));
            tooLong = (await Assert.ThrowsAsync<ContextExceededException>(() => Recordings.AskAsync(backend, TestModels.Passages[3]))).Message;
            facts = Facts(backend);
        }

        await server.DisposeAsync();
        await using Backend replay = await _recordings.ReplayAsync();

        Assert.Equal(facts, Facts(replay));
        Assert.Equal([1, 2, 1], live.Select(reply => reply.Calls));
        Assert.Equal([null, null, ReplyFault.Refused], live.Select(reply => reply.Fault));
        for (int i = 0; i < 3; i++)
        {
            StructuredReply again = await Recordings.AskAsync(replay, TestModels.Passages[i]);
            Assert.Equal(live[i] with { Json = null }, again with { Json = null });
            Assert.Equal(live[i].Json?.GetRawText(), again.Json?.GetRawText());
        }

        Assert.Equal(tooLong, (await Assert.ThrowsAsync<ContextExceededException>(() => Recordings.AskAsync(replay, TestModels.Passages[3]))).Message);

        static (string, BackendAbilities, int?, bool, int) Facts(Backend backend) =>
            (backend.ModelIdentity, backend.Abilities, backend.ContextTokens, backend.Weak, backend.Concurrency);
    }

    [Fact]
    public async Task A_call_that_was_not_recorded_is_named_with_what_to_do()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using (Backend backend = await _recordings.RecordAsync(server)) await Recordings.AskAsync(backend, TestModels.Passages[0]);
        await using Backend replay = await _recordings.ReplayAsync();

        InputException otherSeed = await Assert.ThrowsAsync<InputException>(() => Recordings.AskAsync(replay, TestModels.Passages[0], seed: 6));

        Assert.Equal(
            $"Backend 'replay': the recording {_recordings.File} has no chat call \"Passage: {TestModels.Passages[0]}\". It answers what was recorded and nothing else: " +
            "the same inputs, prompts, settings and seed. Record again with RecordTo, or use the original backend (openai:test-model).",
            otherSeed.Message);
    }

    [Fact]
    public async Task The_file_is_for_people_and_holds_each_call_once_and_no_key()
    {
        const string Key = "sk-a-very-secret-key-9876543210";
        Environment.SetEnvironmentVariable("R2SYNTH_TEST_RECORDED_KEY", Key);
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { ApiKey = Key });
        await using (Backend backend = await _recordings.RecordAsync(server, keyVariable: "R2SYNTH_TEST_RECORDED_KEY"))
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Recordings.AskAsync(backend, $"{i % 8}: {TestModels.Passages[i % 8]}")));
        }

        string[] lines = _recordings.Lines;
        Assert.Equal(9, lines.Length);
        Assert.Equal("""{"recording":"r2synth-recording/1","model":"openai:test-model","scorer":"openai:test-model","abilities":"Chat, StructuredOutput","weak":false,"concurrency":16}""", lines[0]);
        Assert.All(lines.Skip(1), line => Assert.Matches("""^\{"key":"[0-9a-f]{32}","call":"chat","request":\{"messages":\[\{"role":"user","text":"Passage: \d: """, line));
        Assert.Equal(8, lines.Skip(1).Select(line => line[..41]).Distinct().Count());
        Assert.All(lines, line => Assert.DoesNotContain(Key, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_that_a_kill_tore_is_passed_over_and_mended_by_the_next_call()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using (Backend backend = await _recordings.RecordAsync(server))
        {
            for (int i = 0; i < 2; i++) await Recordings.AskAsync(backend, TestModels.Passages[i]);
        }

        byte[] whole = File.ReadAllBytes(_recordings.File);
        int last = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        foreach (int length in new[] { whole.Length - 1, (last + whole.Length) / 2, last + 1, last })
        {
            File.WriteAllBytes(_recordings.File, whole[..length]);
            await using (Backend replay = await _recordings.ReplayAsync())
            {
                Assert.Null((await Recordings.AskAsync(replay, TestModels.Passages[0])).Fault);
                await Assert.ThrowsAsync<InputException>(() => Recordings.AskAsync(replay, TestModels.Passages[1]));
            }

            await using (Backend backend = await _recordings.RecordAsync(server)) await Recordings.AskAsync(backend, TestModels.Passages[1]);
            Assert.Equal(whole, File.ReadAllBytes(_recordings.File));
        }
    }

    [Fact]
    public async Task A_recording_belongs_to_one_backend_at_a_time_and_to_one_model()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using (Backend backend = await _recordings.RecordAsync(server))
        {
            await Recordings.AskAsync(backend, TestModels.Passages[0]);
            InputException held = await Assert.ThrowsAsync<InputException>(() => _recordings.RecordAsync(server));
            Assert.StartsWith($"Setting R2Synth:Backends:server:RecordTo is {_recordings.File}, which cannot be held: another run or another backend", held.Message, StringComparison.Ordinal);
            InputException beingWritten = await Assert.ThrowsAsync<InputException>(_recordings.ReplayAsync);
            Assert.Contains("when the run that makes it has ended", beingWritten.Message, StringComparison.Ordinal);
        }

        InputException other = await Assert.ThrowsAsync<InputException>(() => _recordings.RecordAsync(server, model: "another"));

        Assert.Equal(
            $"The recording {_recordings.File} is of another model: 'openai:test-model' and not 'openai:another'. Name another file in RecordTo, or delete this one.", other.Message);
    }

    [Theory]
    [InlineData("just a note without an end")]
    [InlineData("{\"Backends\": {}}\n")]
    [InlineData("{\"recording\":\"r2synth-recording/9\",\"model\":\"m\",\"scorer\":\"m\",\"abilities\":\"Chat\",\"concurrency\":1}\n")]
    public async Task A_file_of_another_kind_is_refused_and_left_as_it_is(string content)
    {
        File.WriteAllText(_recordings.File, content);
        await using TestServer server = await TestServer.StartAsync();

        InputException write = await Assert.ThrowsAsync<InputException>(() => _recordings.RecordAsync(server));
        InputException read = await Assert.ThrowsAsync<InputException>(_recordings.ReplayAsync);

        Assert.Equal(write.Message, read.Message);
        Assert.StartsWith(_recordings.File, read.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_recordings.File));
    }

    [Fact]
    public async Task A_missing_and_an_empty_recording_say_so()
    {
        Assert.Contains("which is not there", (await Assert.ThrowsAsync<InputException>(_recordings.ReplayAsync)).Message, StringComparison.Ordinal);
        await using TestServer server = await TestServer.StartAsync();
        await using (await _recordings.RecordAsync(server))
        {
        }

        Assert.Contains("a recording without a call", (await Assert.ThrowsAsync<InputException>(_recordings.ReplayAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_line_is_named()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using (Backend backend = await _recordings.RecordAsync(server)) await Recordings.AskAsync(backend, TestModels.Passages[0]);
        File.AppendAllText(_recordings.File, "rubbish\n");

        InputException fault = await Assert.ThrowsAsync<InputException>(_recordings.ReplayAsync);

        Assert.StartsWith($"{_recordings.File} line 3 is damaged:", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_a_reply_depends_on_makes_another_call_and_a_hint_does_not()
    {
        await using TestServer server = await TestServer.StartAsync();
        ChatOptions asked = new() { Seed = 1, Temperature = 0.5f, MaxOutputTokens = 20, AdditionalProperties = new() { [CallOptions.SharedPrefixLength] = 3 } };
        ChatOptions[] others =
        [
            new() { Seed = 2, Temperature = 0.5f, MaxOutputTokens = 20 },
            new() { Seed = 1, Temperature = 0.6f, MaxOutputTokens = 20 },
            new() { Seed = 1, Temperature = 0.5f, MaxOutputTokens = 21 },
            new() { Seed = 1, Temperature = 0.5f, MaxOutputTokens = 20, StopSequences = ["\n"] },
            new() { Seed = 1, Temperature = 0.5f, MaxOutputTokens = 20, ResponseFormat = ChatResponseFormat.Json },
            new() { Seed = 1, Temperature = 0.5f, MaxOutputTokens = 20, AdditionalProperties = new() { [CallOptions.Completion] = true } },
        ];
        string text;
        await using (Backend backend = await _recordings.RecordAsync(server)) text = (await backend.Chat!.GetResponseAsync("How do bees overwinter?", asked)).Text;
        await using Backend replay = await _recordings.ReplayAsync();

        Assert.Equal(text, (await replay.Chat!.GetResponseAsync("How do bees overwinter?", new ChatOptions { Seed = 1, Temperature = 0.5f, MaxOutputTokens = 20 })).Text);
        foreach (ChatOptions options in others)
            await Assert.ThrowsAsync<InputException>(() => replay.Chat!.GetResponseAsync("How do bees overwinter?", options));
    }
}
