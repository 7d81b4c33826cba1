using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using R2Synth.Miners.Ranking;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Cli.Tests.Commands;

/// <summary>A judge must earn its vote in <c>mine</c>. Query i asks for thing i; two of its passages have its words, the first answers.</summary>
public sealed class MineJudgeTests : IDisposable
{
    private static readonly string[] Things =
    [
        "ferry", "glass", "larch", "bread", "rain", "herring", "granite", "bees", "concrete", "salt", "wool", "copper", "maple", "otter", "lantern", "canal", "violin", "pepper", "glacier", "saddle", "tulip", "anchor",
    ];

    private readonly TestApp _app = new();

    public MineJudgeTests()
    {
        _app.Write("beir/corpus.jsonl", string.Concat(Things.SelectMany((thing, i) => new[]
        {
            $$"""{"_id": "a{{i:00}}", "text": "The {{thing}} comes from workshop number {{i}} beside the river."}""" + "\n",
            $$"""{"_id": "b{{i:00}}", "text": "Where {{thing}} comes from nobody ever asked, and where {{thing}} goes least of all in year {{i}}."}""" + "\n",
        })));
        Write(Things.Length);
    }

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("the same")]
    [InlineData("by chance")]
    [InlineData("always wrong")]
    [InlineData("failing")]
    public async Task A_judge_that_cannot_tell_changes_nothing_but_leaves_its_scores(string kind)
    {
        JsonElement without = await MineAsync("without");
        Assert.Equal(0, without.GetProperty("judges").GetArrayLength());
        _app.OpenJudge = (_, _) => new FakeJudge("judge", (query, passage) => kind switch
        {
            "the same" => 0.5,
            "by chance" => new UnitSeed(7, query + passage.Docid, 0).NextDouble(),
            "always wrong" => passage.Docid[0] == 'a' && query.Contains(Thing(passage), StringComparison.Ordinal) ? 0 : 1,
            _ => null,
        });
        (int code, string stdout, string stderr) = await _app.RunAsync(Command("with", "--judge", "embedded", "--false-negatives", "remove", "--json"));
        Assert.True(code == 0, stderr);
        JsonElement judge = JsonDocument.Parse(stdout).RootElement.GetProperty("judges")[0];
        Assert.False(judge.GetProperty("votes").GetBoolean());
        Assert.StartsWith("The judge 'judge' is excluded: ", judge.GetProperty("excluded").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(stdout).RootElement.GetProperty("false_negatives").ValueKind);
        Assert.Contains($"Warning: {judge.GetProperty("excluded").GetString()} The retriever's order stands, and the judge's scores stay with the passages. False negatives were not looked for: every query keeps its negatives.", stderr, StringComparison.Ordinal);

        Assert.Equal(await GroupsAsync("without"), await GroupsAsync("with"));
        Assert.Equal(0, (await MineAsync("best", "--judge", "embedded", "--positives", "best")).GetProperty("relabelled").GetInt32());
        Assert.Equal(await GroupsAsync("without"), await GroupsAsync("best"));
        Assert.Equal(kind != "failing", (await ReadAsync("with")).All(group => group.Positives.All(passage => passage.Scores.ContainsKey("judge"))));
        JsonElement run = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_app.Folder, "with/run.json"))).RootElement.GetProperty("judges")[0];
        Assert.Equal(judge.GetProperty("excluded").GetString(), run.GetProperty("excluded").GetString());
        Assert.Contains(judge.GetProperty("excluded").GetString()!, await File.ReadAllTextAsync(Path.Combine(_app.Folder, "with/README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judge_that_can_tell_relabels_and_finds_false_negatives()
    {
        // The judgments know of a; in the last three queries the judge finds another passage that is as good, which an AUC of 0.9 and more allows.
        _app.OpenJudge = (_, _) => new FakeJudge("judge", (query, passage) => !query.Contains(Thing(passage), StringComparison.Ordinal) ? 0 : passage.Docid[0] == 'a' ? 1 : Number(passage) >= Things.Length - 3 ? 2 : 0);
        JsonElement best = await MineAsync("best", "--judge", "embedded", "--positives", "best");
        Assert.True(best.GetProperty("judges")[0].GetProperty("votes").GetBoolean());
        Assert.InRange(best.GetProperty("judges")[0].GetProperty("auc").GetDouble(), 0.9, 0.999);
        Assert.Equal(3, best.GetProperty("relabelled").GetInt32());
        Assert.Equal(("b21", Origin.Relabelled), ((await ReadAsync("best"))[^1].Positives[0].Docid, (await ReadAsync("best"))[^1].Positives[0].Origin));
        JsonElement removed = await MineAsync("removed", "--judge", "embedded", "--false-negatives", "remove");
        Assert.Equal((22, 3), (removed.GetProperty("false_negatives").GetProperty("queries_checked").GetInt32(), removed.GetProperty("false_negatives").GetProperty("removed").GetInt32()));
        Assert.Contains("voted", (await _app.RunAsync(Command("best", "--judge", "embedded", "--positives", "best"))).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_judges_that_can_tell_are_combined_and_their_agreement_is_told()
    {
        // Both know the answers; from query 15 on the second likes another passage, of b, better, and so the combination is undecided: the retriever's first of the two wins.
        _app.OpenJudge = (_, method) => new FakeJudge(method, (query, passage) => !query.Contains(Thing(passage), StringComparison.Ordinal) ? 0.1 : passage.Docid[0] == 'a' || (method == "yes-no" && Number(passage) >= 15) ? passage.Docid[0] == 'a' ? 0.9 : 0.95 : 0.2);
        JsonElement result = await MineAsync("out", "--judge", "embedded", "--judging", "likelihood+yes-no", "--positives", "best", "--false-negatives", "relabel", "--strong-judge", "second");
        Assert.Equal(["likelihood", "yes-no"], result.GetProperty("judges").EnumerateArray().Select(judge => judge.GetProperty("judge").GetString()!));
        Assert.All(result.GetProperty("judges").EnumerateArray(), judge => Assert.True(judge.GetProperty("votes").GetBoolean()));
        JsonElement agreement = Assert.Single(result.GetProperty("agreements").EnumerateArray());
        Assert.Equal(("likelihood", "yes-no", "best"), (agreement.GetProperty("first").GetString(), agreement.GetProperty("second").GetString(), agreement.GetProperty("on").GetString()));
        int passages = agreement.GetProperty("passages").GetInt32();
        double expected = (15.0 + (passages - 29)) / passages, chance = (22.0 / passages * 22 / passages) + ((passages - 22.0) / passages * (passages - 22) / passages);
        Assert.Equal((expected - chance) / (1 - chance), agreement.GetProperty("kappa").GetDouble(), 9); // 15 of 22 the same best; 15 + 2 x 7 of all passages are somebody's best
        Group group = (await ReadAsync("out"))[0];
        Assert.Equal((0.9, 0.9, 2.0), (group.Positives[0].Scores["likelihood"], group.Positives[0].Scores["yes-no"], group.Positives[0].Scores["likelihood+yes-no"]));
        Assert.All(group.Negatives, negative => Assert.True(negative.Scores.ContainsKey("likelihood") && negative.Scores.ContainsKey("yes-no")));
        Assert.Equal("likelihood + yes-no; then likelihood + yes-no", group.Provenance.Judge);
        JsonElement run = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_app.Folder, "out/run.json"))).RootElement.GetProperty("agreements")[0];
        Assert.Equal(("mine", agreement.GetProperty("kappa").GetDouble()), (run.GetProperty("recipe").GetString(), run.GetProperty("kappa").GetDouble()));
        (_, string stdout, _) = await _app.RunAsync(Command("out", "--judge", "embedded", "--judging", "likelihood+yes-no", "--positives", "best", "--false-negatives", "relabel", "--strong-judge", "second"));
        Assert.Contains("likelihood, yes-no", stdout, StringComparison.Ordinal);
        Assert.Contains("likelihood, yes-no", await File.ReadAllTextAsync(Path.Combine(_app.Folder, "out/README.md")), StringComparison.Ordinal);
        Assert.Contains("likelihood, yes-no", await File.ReadAllTextAsync(Path.Combine(_app.Folder, "out/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_judges_the_one_that_cannot_tell_is_named_and_the_other_judges_alone()
    {
        _app.OpenJudge = (_, method) => new FakeJudge(method, (query, passage) => method == "yes-no" ? null : !query.Contains(Thing(passage), StringComparison.Ordinal) ? 0 : passage.Docid[0] == 'a' ? 1 : 0);
        JsonElement alone = await MineAsync("alone", "--judge", "embedded", "--judging", "likelihood", "--positives", "best", "--false-negatives", "remove");
        (int code, string stdout, string stderr) = await _app.RunAsync(Command("two", "--judge", "embedded", "--judging", "Likelihood+yes-no", "--positives", "best", "--false-negatives", "remove", "--json"));
        Assert.True(code == 0, stderr);
        Assert.Contains("Warning: The judge 'yes-no' is excluded: no query has a relevant and an irrelevant passage that it judged. 'likelihood' judges alone; its scores stay with the passages.", stderr, StringComparison.Ordinal);
        JsonElement two = JsonDocument.Parse(stdout).RootElement;
        Assert.Equal([true, false], two.GetProperty("judges").EnumerateArray().Select(judge => judge.GetProperty("votes").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, two.GetProperty("agreements")[0].GetProperty("kappa").ValueKind);
        Assert.Equal(alone.GetProperty("false_negatives").ToString(), two.GetProperty("false_negatives").ToString());
        Assert.Equal((await ReadAsync("alone")).Select(Passages), (await ReadAsync("two")).Select(Passages));

        static string Passages(Group group) => JsonSerializer.Serialize((object[])[group.Query, group.Positives, group.Negatives]);
    }

    [Fact]
    public async Task A_query_that_keeps_no_negative_is_in_the_table_of_before_and_after_as_dropped()
    {
        _app.OpenJudge = (_, _) => new FakeJudge("judge", (query, passage) => query.Contains(Things[3], StringComparison.Ordinal) || (passage.Docid[0] == 'a' && query.Contains(Thing(passage), StringComparison.Ordinal)) ? 1 : 0);
        JsonElement result = await MineAsync("out", "--judge", "embedded", "--false-negatives", "remove");
        Assert.Equal("""{"false-negatives/no-negative":1}""", JsonSerializer.Serialize(result.GetProperty("rejects")));
        JsonElement table = result.GetProperty("false_negatives");
        Assert.Equal((1, 22, 21, 4), (table.GetProperty("queries_dropped").GetInt32(), table.GetProperty("positives_before").GetInt32(), table.GetProperty("positives_after").GetInt32(), table.GetProperty("removed").GetInt32()));
    }

    [Fact]
    public async Task Where_one_of_two_voting_judges_fails_on_a_query_the_query_is_refused()
    {
        _app.OpenJudge = (_, method) => new FakeJudge(method, (query, passage) => method == "yes-no" && query.Contains(Things[3], StringComparison.Ordinal) ? null : passage.Docid[0] == 'a' && query.Contains(Thing(passage), StringComparison.Ordinal) ? 1 : 0);
        JsonElement result = await MineAsync("out", "--judge", "embedded", "--judging", "likelihood+yes-no");
        Assert.All(result.GetProperty("judges").EnumerateArray(), judge => Assert.True(judge.GetProperty("votes").GetBoolean()));
        Assert.Equal("""{"judge/judge-failed":1}""", JsonSerializer.Serialize(result.GetProperty("rejects")));
    }

    [Fact]
    public async Task Votes_can_weigh_what_they_were_measured_to_be_worth()
    {
        // The second is worth less than the first: it has every fourth answer wrong, and there the first has its way.
        _app.OpenJudge = (_, method) => new FakeJudge(method, (query, passage) => !query.Contains(Thing(passage), StringComparison.Ordinal) ? 0 : (passage.Docid[0] == 'a') == (method == "likelihood" || Number(passage) % 4 > 0) ? 2 : 1);
        string[] command = ["--judge", "embedded", "--judging", "likelihood+yes-no", "--positives", "best", "--set", "Judges:Weights=ByWorth"];
        Assert.Equal(0, (await MineAsync("weighed", command)).GetProperty("relabelled").GetInt32());
        Assert.InRange((await ReadAsync("weighed"))[0].Positives[0].Scores["likelihood+yes-no"], 1.0, 1.99);
        (int code, _, string stderr) = await _app.RunAsync(Command("both", [.. command, "--set", "Mining:Voters=Both"]));
        Assert.Equal(2, code);
        Assert.Contains("R2Synth:Judges:Weights is ByWorth, and R2Synth:Mining:Voters is Both", stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("likelihood+likelihood", "'likelihood+likelihood' names the judge 'likelihood' more than once. Join different ones with '+', for instance likelihood+yes-no.")]
    [InlineData("likelihood+yesno", "There is no judge 'yesno'. Did you mean 'yes-no'?")]
    [InlineData("likelihood+", "There is no judge ''.")]
    public async Task A_name_that_is_unknown_or_there_twice_is_refused(string judging, string message)
    {
        (int code, _, string stderr) = await _app.RunAsync(Command("out", "--judge", "embedded", "--judging", judging));
        Assert.Equal(2, code);
        Assert.Contains(message, stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("None", 0.9, false)]
    [InlineData("Both", 0.1, true)]
    [InlineData("Earned", 0.9, true)]
    [InlineData("Earned", 0.1, false)]
    public async Task The_setting_has_the_last_word(string voters, double ofRelevant, bool votes)
    {
        _app.OpenJudge = (_, _) => new FakeJudge("judge", (query, passage) => passage.Docid[0] == 'a' && query.Contains(Thing(passage), StringComparison.Ordinal) ? ofRelevant : 0.5);
        JsonElement result = await MineAsync("out", "--judge", "embedded", "--set", $"Mining:Voters={voters}");
        Assert.Equal(votes, result.GetProperty("judges")[0].GetProperty("votes").GetBoolean());
        Assert.Equal(votes, result.GetProperty("judges")[0].GetProperty("excluded").GetString()!.Length == 0);
    }

    [Fact]
    public async Task Queries_without_judgments_before_the_others_do_not_use_up_the_measurement()
    {
        _app.Write("qrels.tsv", string.Concat(Things.Select((_, i) => $"q{i:00}\ta{i:00}\t1\n").Skip(10)));
        _app.OpenJudge = (_, _) => new FakeJudge("judge", (query, passage) => passage.Docid[0] == 'a' && query.Contains(Thing(passage), StringComparison.Ordinal) ? 1 : 0);
        JsonElement judge = (await MineAsync("out", "--judge", "embedded", "--set", "Mining:CalibrationGroups=9")).GetProperty("judges")[0];
        Assert.Equal((9, true), (judge.GetProperty("queries").GetInt32(), judge.GetProperty("votes").GetBoolean()));
    }

    [Fact]
    public async Task Too_few_queries_say_nothing_of_a_judge()
    {
        Write(7);
        _app.OpenJudge = (_, _) => new FakeJudge("judge", (query, passage) => passage.Docid[0] == 'a' && query.Contains(Thing(passage), StringComparison.Ordinal) ? 1 : 0);
        JsonElement judge = (await MineAsync("out", "--judge", "embedded", "--positives", "qrels")).GetProperty("judges")[0];
        Assert.Equal("The judge 'judge' is excluded: measured on 7 queries, and 8 are the fewest that mean something.", judge.GetProperty("excluded").GetString());
    }

    [Fact]
    public async Task The_same_bytes_at_any_parallelism_and_when_run_again_and_a_passage_is_read_once_a_window()
    {
        List<string> shards = [];
        foreach ((string folder, int parallelism) in new[] { ("one", 1), ("four", 4), ("one", 4) })
        {
            ConcurrentQueue<string> read = new();
            _app.OpenJudge = (_, _) => new ReadingJudge(read);
            await MineAsync(folder, "--judge", "embedded", "--positives", "best", "--false-negatives", "relabel", "--set", "Mining:CalibrationGroups=11", "--set", $"Pipeline:Parallelism={parallelism}");
            shards.Add(await File.ReadAllTextAsync(Path.Combine(_app.Folder, folder, "shards/train-00000-of-00001.jsonl")) + await File.ReadAllTextAsync(Path.Combine(_app.Folder, folder, "rejects.jsonl")));
            Assert.InRange(read.GroupBy(docid => docid).Max(times => times.Count()), 1, 2); // two windows
        }

        Assert.Equal(shards[0], shards[1]);
        Assert.Equal(shards[0], shards[2]);
    }

    [Fact]
    public async Task The_answer_check_asks_for_an_answer_and_compares_it_with_the_gold_one()
    {
        // Query 1 has a passage that answers though nobody judged it; the last query has no gold answer.
        _app.Write("queries.jsonl", string.Concat(Things.Select((thing, i) =>
            $$"""{"_id": "q{{i:00}}", "text": "where {{thing}} comes from"{{(i == Things.Length - 1 ? "" : $$""", "metadata": {"answers": ["Workshop number {{i}}"]}""")}}}""" + "\n")));
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Model = "local", Reply = Answer });
        string[] flags =
        [
            "--queries", "queries.jsonl", "--judge", "server", "--judging", "answer", "--false-negatives", "remove", "--set", $"Prompts={Prompts()}",
            "--set", "Backends:server:Kind=OpenAI", "--set", "Backends:server:Model=local", "--set", $"Backends:server:Endpoints:0:Url={server.Url}",
        ];
        (int code, string stdout, string stderr) = await _app.RunAsync(Command("out", [.. flags, "--json"]));
        Assert.True(code == 0, stderr);
        JsonElement result = JsonDocument.Parse(stdout).RootElement;
        Assert.True(result.GetProperty("judges")[0].GetProperty("votes").GetBoolean(), stdout);
        Assert.InRange(result.GetProperty("judges")[0].GetProperty("brier").GetDouble(), 0, 0.1);
        Assert.Equal("""{"judge/no-gold-answer":1}""", JsonSerializer.Serialize(result.GetProperty("rejects")));
        Assert.Equal((1, 1), (result.GetProperty("false_negatives").GetProperty("flagged").GetInt32(), result.GetProperty("false_negatives").GetProperty("removed").GetInt32()));
        Assert.Contains("Warning: queries.jsonl: 1 of 22 queries have no gold answer: the judge 'answer' gives no verdict on them.", stderr, StringComparison.Ordinal);
        Group[] groups = await ReadAsync("out");
        Assert.DoesNotContain(groups[1].Negatives, passage => passage.Docid == "b01");
        Assert.Equal((1, 0), (groups[1].Positives[0].Scores["answer"], groups[2].Negatives[0].Scores["answer"]));
        Assert.Equal("judge/answer", Assert.Single(groups[0].Provenance.Prompts).Key);

        _app.Write("none.jsonl", string.Concat(Things.Select((thing, i) => $$"""{"_id": "q{{i:00}}", "text": "where {{thing}} comes from"}""" + "\n")));
        flags[1] = "none.jsonl";
        (code, _, stderr) = await _app.RunAsync(Command("none", flags));
        Assert.Equal(2, code);
        Assert.Contains("The judge 'answer' compares with gold answers, and no query of none.jsonl has one. Give them as 'metadata.answers'", stderr, StringComparison.Ordinal);

        static string Answer(JsonElement request)
        {
            string prompt = request.GetProperty("messages")[0].GetProperty("content").GetString()!, passage = prompt.Split("Question:")[0];
            string asked = Things.First(thing => prompt.Split("Question:")[1].Contains(thing, StringComparison.Ordinal));
            if (!passage.Contains(asked, StringComparison.Ordinal)) return "Unanswerable.";
            if (passage.Contains("workshop", StringComparison.Ordinal)) return $"From workshop number {Array.IndexOf(Things, asked)}.";
            return asked == Things[1] ? "workshop number 1" : "from the river";
        }
    }

    private static string Thing(Passage passage) => Things[Number(passage)];

    private static int Number(Passage passage) => int.Parse(passage.Docid[1..], CultureInfo.InvariantCulture);

    private static string Prompts()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "R2Synth.sln"))) folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder!, "prompts");
    }

    private void Write(int queries)
    {
        _app.Write("queries.tsv", string.Concat(Things.Take(queries).Select((thing, i) => $"q{i:00}\twhere {thing} comes from\n")));
        _app.Write("qrels.tsv", string.Concat(Things.Take(queries).Select((_, i) => $"q{i:00}\ta{i:00}\t1\n")));
    }

    private string[] Command(string folder, params string[] more)
    {
        string[] queries = more.Contains("--queries") ? [] : ["--queries", "queries.tsv"];
        return
        [
            "mine", "--corpus", "beir", .. queries, "--qrels", "qrels.tsv", "--retriever", "bm25", "--rule", "top", "--negatives", "4", "--out", folder, "--quiet",
            "--set", $"Cache:Path={Path.Combine(_app.Folder, "cache.db")}", "--set", "Pipeline:DevShare=0", .. more,
        ];
    }

    private async Task<JsonElement> MineAsync(string folder, params string[] more)
    {
        (int code, string stdout, string stderr) = await _app.RunAsync(Command(folder, [.. more, "--json"]));
        Assert.True(code == 0, stderr);
        return JsonDocument.Parse(stdout).RootElement;
    }

    private async Task<Group[]> ReadAsync(string folder) => [.. await GroupJsonlReader.ReadAsync(Path.Combine(_app.Folder, folder, "shards/train-00000-of-00001.jsonl")).ToArrayAsync()];

    // Without the judge's scores and its name.
    private async Task<string[]> GroupsAsync(string folder) => [.. (await ReadAsync(folder)).Select(group =>
    {
        foreach (JudgedPassage passage in group.Positives.Concat(group.Negatives)) passage.Scores.Remove("judge");
        return JsonSerializer.Serialize(group with { Provenance = new Provenance { Generator = "", Judge = "" } });
    })];

    /// <summary>Tells what answers, pointwise, and notes what it reads.</summary>
    private sealed class ReadingJudge(ConcurrentQueue<string> read) : IPointwiseJudge
    {
        public string Name => "judge";

        public JudgeCost Cost(int passages) => new(passages, passages);

        public Task<IReadOnlyList<JudgeVerdict>> ScoreAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken = default)
        {
            read.Enqueue(passage.Docid);
            return Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. queries.Select(query => Of(query, passage))]);
        }

        public Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. passages.Select(passage => Of(query, passage))]);

        private static JudgeVerdict Of(string query, Passage passage) => JudgeVerdict.Of(!query.Contains(Thing(passage), StringComparison.Ordinal) ? 0 : passage.Docid[0] == 'a' ? 2 : Number(passage) % 7 == 0 ? 3 : 1);
    }
}
