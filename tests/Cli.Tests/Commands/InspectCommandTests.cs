using R2Synth.Records;

namespace R2Synth.Cli.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TestApp _app = new();

    public InspectCommandTests()
    {
        _app.Write("outputs/gecko/run.json", "{}");
        _app.Write("outputs/gecko/shards/train-00000-of-00001.jsonl", Line(0, relabelled: false) + Line(1, relabelled: true) + Line(3, relabelled: false));
        _app.Write("outputs/gecko/shards/dev-00000-of-00001.jsonl", Line(2, relabelled: false));
        _app.Write("outputs/gecko/rejects.jsonl", """
            {"id":"gecko-00000004","recipe":"gecko","stage":"dedup","reason":"near-duplicate","detail":"gecko-00000001"}
            {"id":"gecko-00000005","recipe":"gecko","stage":"generate","reason":"not-grounded","detail":""}
            {"id":"gecko-00000006","recipe":"gecko","stage":"generate","reason":"not-grounded","detail":""}

            """);
    }

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("inspect outputs/gecko --samples 2", "inspect.txt")]
    [InlineData("inspect outputs/gecko --samples 1 --seed 3 --json", "inspect.json")]
    public async Task Output_is_as_approved(string args, string approved)
    {
        (int code, string stdout, string stderr) = await _app.RunAsync(args);

        Assert.Equal((0, ""), (code, stderr));
        Approval.Matches(approved, stdout);
    }

    [Fact]
    public async Task The_seed_draws_the_samples()
    {
        var drawn = new HashSet<string>(StringComparer.Ordinal);
        for (int seed = 1; seed <= 20; seed++)
        {
            (_, string stdout, _) = await _app.RunAsync($"inspect outputs/gecko --samples 1 --seed {seed}");
            (_, string again, _) = await _app.RunAsync($"inspect outputs/gecko --samples 1 --seed {seed}");
            Assert.Equal(stdout, again);
            drawn.Add(stdout);
        }

        Assert.Equal(4, drawn.Count);
    }

    [Fact]
    public async Task A_run_without_groups_is_shown()
    {
        _app.Write("outputs/empty/run.json", "{}");
        _app.Write("outputs/empty/shards/train-00000-of-00001.jsonl", "");

        (int code, string stdout, _) = await _app.RunAsync("inspect outputs/empty");

        Assert.Equal(0, code);
        Assert.StartsWith("outputs/empty: 0 groups\n", stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_shards_show_the_same_as_JSONL()
    {
        (_, string expected, _) = await _app.RunAsync("inspect outputs/gecko");
        string shards = Path.Combine(_app.Folder, "outputs/gecko/shards");
        foreach (string split in (string[])["dev", "train"])
        {
            string lines = Path.Combine(shards, $"{split}-00000-of-00001.jsonl");
            await using var writer = new ShardWriter(shards, split, shardGroups: 100);
            await foreach (Group group in GroupJsonlReader.ReadAsync(lines)) await writer.WriteAsync(group);
            await writer.CompleteAsync();
            File.Delete(lines);
        }

        (int code, string stdout, string stderr) = await _app.RunAsync("inspect outputs/gecko");

        Assert.Equal((0, ""), (code, stderr));
        Assert.Equal(expected, stdout);
    }

    [Fact]
    public async Task Labels_are_held_against_peoples_judgments()
    {
        _app.Write("outputs/mined/run.json", "{}");
        _app.Write("outputs/mined/shards/train-00000-of-00001.jsonl", Line(0, relabelled: false, "q1") + Line(1, relabelled: true, "q2") + Line(2, relabelled: true, "unjudged"));
        _app.Write("test.tsv", "query-id\tcorpus-id\tscore\nq1\tfaq#0\t1\nq2\tfaq#0\t0\nq2\tbackup#1\t2\n");

        (int code, string stdout, string stderr) = await _app.RunAsync("inspect outputs/mined --qrels test.tsv --samples 0 --json");

        Assert.Equal((0, ""), (code, stderr));
        System.Text.Json.JsonElement labels = System.Text.Json.JsonDocument.Parse(stdout).RootElement.GetProperty("labels");
        int Count(string name) => labels.GetProperty(name).GetInt32();
        Assert.Equal((2, 1), (Count("groups"), Count("unjudged")));
        Assert.Equal((2, 2, 1), (Count("negatives"), Count("judged_negatives"), Count("false_negatives")));
        Assert.Equal((1, 1), (Count("relabelled"), Count("confirmed")));
        Assert.Equal(0.5, labels.GetProperty("false_negative_rate").GetDouble());
    }

    [Fact]
    public async Task Judgments_of_other_queries_are_refused()
    {
        _app.Write("test.tsv", "query-id\tcorpus-id\tscore\nq1\tfaq#0\t1\n");

        (int code, _, string stderr) = await _app.RunAsync("inspect outputs/gecko --qrels test.tsv");

        Assert.Equal(2, code);
        Assert.Contains("has no group whose query test.tsv judges", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_line_is_named()
    {
        _app.Write("outputs/gecko/shards/train-00000-of-00001.jsonl", Line(0, relabelled: false) + "{\"id\":");

        (int code, _, string stderr) = await _app.RunAsync("inspect outputs/gecko");

        Assert.Equal(2, code);
        Assert.StartsWith("r2synth: ", stderr, StringComparison.Ordinal);
        Assert.Contains("outputs/gecko/shards/train-00000-of-00001.jsonl line 2 ", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_reject_is_named()
    {
        _app.Write("outputs/gecko/rejects.jsonl", "{\"id\":1}");

        (int code, _, string stderr) = await _app.RunAsync("inspect outputs/gecko");

        Assert.Equal(2, code);
        Assert.Contains("outputs/gecko/rejects.jsonl line 1: this is no reject.", stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "r2synth: There is no folder nowhere. Name a run's folder; r2synth run makes one.\n")]
    [InlineData("topics.txt", "r2synth: topics.txt is a file. Name a run's folder, for instance outputs/gecko.\n")]
    [InlineData("corpus", "r2synth: corpus is no run's folder: run.json is missing. r2synth run makes such folders.\n")]
    [InlineData("stopped", "r2synth: stopped holds a run that has not ended (no run.json yet). The same r2synth run command resumes it.\n")]
    [InlineData("foreign", "r2synth: foreign/run.json line 1: this is not JSON, so this is no run's folder.\n")]
    [InlineData("list", "r2synth: list/run.json is no JSON object, so this is no run's folder.\n")]
    [InlineData("bare", "r2synth: bare has no shards to read. Run the same r2synth run command again to write them.\n")]
    public async Task A_folder_that_holds_no_run_is_refused(string folder, string expected)
    {
        _app.Write("stopped/ledger.db", "");
        _app.Write("foreign/run.json", "run");
        _app.Write("list/run.json", "[]");
        _app.Write("bare/run.json", "{}");

        (int code, _, string stderr) = await _app.RunAsync($"inspect {folder}");

        Assert.Equal((2, expected), (code, stderr));
    }

    private static string Line(int n, bool relabelled, string? query = null) =>
        $$$$"""
        {"id":"gecko-0000000{{{{n}}}}","recipe":"gecko","task_group":"short-long","instruction":"Find a passage that answers the question.","query":"how do I back up a live [database] {{{{new string('x', n)}}}}","language":"{{{{(n == 3 ? "de" : "en")}}}}","attributes":{{{{(query is null ? "{}" : $$"""{"query_id":"{{query}}"}""")}}}},"seed_docid":"backup#1","positives":[{"docid":"backup#{{{{n}}}}","title":"Backup","text":"{{{{string.Concat(Enumerable.Repeat("The online backup API copies a database. ", 1 + (5 * n)))}}}}","grade":null,"origin":"{{{{(relabelled ? "relabelled" : "seed")}}}}","rank":1,"scores":{"bm25":12.5,"ql":-1.25}}],"negatives":[{"docid":"faq#0","title":"","text":"Can I copy the file?","grade":1,"origin":"mined","rank":4,"scores":{}}],"quality":{},"provenance":{"generator":"tiny","judge":"tiny","prompts":{}}}

        """;
}
