using System.Security.Cryptography;
using System.Text.Json;
using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Cli.Tests.Commands;

public sealed class MineCommandTests : IDisposable
{
    private const string Passages = """
        {"_id": "a0", "title": "Ferry", "text": "The ferry leaves the old harbour every forty minutes from april to october."}
        {"_id": "a1", "title": "Ferry", "text": "The ferry leaves the old harbour every forty minutes from april to october, sundays too."}
        {"_id": "a2", "title": "Harbour", "text": "The old harbour was built of granite when the town still lived on herring."}
        {"_id": "a3", "title": "Glass", "text": "Glass can be melted and shaped again without losing strength."}
        {"_id": "a4", "title": "Glass", "text": "A bottle of brown glass keeps light from the beer."}
        {"_id": "a5", "title": "Trees", "text": "A larch loses its needles in winter, which no other conifer here does."}
        {"_id": "a6", "title": "Trees", "text": "Oaks keep their brown leaves until spring."}
        {"_id": "a7", "title": "Bread", "text": "Bread needs flour, water, salt and time."}
        {"_id": "a8", "title": "Bread", "text": "Rye bread rises slowly, so that bakers keep a sour dough."}
        {"_id": "a9", "title": "Rain", "text": "Most rain falls on the western slope of the hills."}

        """;

    private readonly TestApp _app = new();

    public MineCommandTests()
    {
        _app.OpenBackend = (name, _, _, _) => Task.FromResult<Backend>(new FakeEmbeddingBackend(name));
        _app.Write("beir/corpus.jsonl", Passages);
        _app.Write("queries.tsv", "q1\twhen does the ferry leave the harbour\nq2\tcan glass be melted again\nq3\twhich conifer loses its needles\n");
        _app.Write("qrels.tsv", "q1\ta0\t1\nq2\ta3\t1\nq2\ta9\t0\nq3\ta5\t2\n");
    }

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Every_query_becomes_a_group_or_a_reject_with_a_reason()
    {
        _app.Write("queries.tsv", """
            q1	when does the ferry leave the harbour
            q2	can glass be melted again
            q3	When does the ferry leave the harbour?
            q4	what does bread need
            q5	where does most rain fall
            q6	when does the ferry leave the harbours
            q7	do oaks keep their leaves in winter

            """);
        _app.Write("beir/corpus.jsonl", Passages + "{\"_id\": \"empty\", \"text\": \"\"}\n");
        _app.Write("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\ta0\t1\nq2\ta3\t1\nq3\ta2\t1\nq4\ta7\t0\nq6\ta0\t1\nq7\tempty\t1\n");
        JsonElement result = await MineAsync("--rule", "gecko", "--negatives", "3");
        Assert.Equal((7, 2, 5), (Number(result, "queries"), Number(result, "groups"), Number(result, "rejected")));
        Assert.Equal(
            """{"dedup/duplicate":1,"dedup/near-duplicate":1,"read/no-positive":1,"read/not-judged":1,"read/positive-not-in-corpus":1}""",
            JsonSerializer.Serialize(result.GetProperty("rejects")));
        Group[] groups = await GroupsAsync();
        Assert.Equal(["q1", "q2"], groups.Select(g => g.Attributes["query_id"]));
        Assert.Equal(["mine-00000000", "mine-00000001"], groups.Select(g => g.Id));
        Assert.All(groups, g => Assert.Equal(3, g.Negatives.Count));
        Assert.Equal("a0", Assert.Single(groups[0].Positives).Docid);

        // a1 says what the positive says; a2 is what the same words have for an answer under another id.
        Assert.DoesNotContain(groups[0].Negatives, n => n.Docid is "a0" or "a1" or "a2");
        Assert.Equal(5, (await File.ReadAllLinesAsync(Path.Combine(_app.Folder, "out/rejects.jsonl"))).Length);
        JsonElement run = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_app.Folder, "out/run.json"))).RootElement;
        Assert.Equal((7, 5, 2), (run.GetProperty("queries").GetProperty("queries").GetInt32(), run.GetProperty("queries").GetProperty("rejected").GetInt32(), run.GetProperty("recipes")[0].GetProperty("groups").GetInt32()));
        Assert.All(run.GetProperty("recipes")[0].GetProperty("stages").EnumerateArray(), s => Assert.Equal(s.GetProperty("in").GetInt32(), s.GetProperty("out").GetInt32() + s.GetProperty("rejected").GetInt32()));
        Assert.Contains("The queries were given", await File.ReadAllTextAsync(Path.Combine(_app.Folder, "out/README.md")), StringComparison.Ordinal);
        Assert.Contains("Every query accounted for", await File.ReadAllTextAsync(Path.Combine(_app.Folder, "out/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_says_it_in_words()
    {
        (int code, string stdout, string stderr) = await _app.RunAsync(Command("--rule", "topk-percpos", "--quiet"));
        Assert.Equal((0, ""), (code, stderr));
        Assert.Matches(@"queries +3", stdout);
        Assert.Matches(@"with fewer negatives than asked +\d+ +\d+ negatives missing", stdout);
        Assert.EndsWith("out\n", stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("tempered")]
    [InlineData("topk-percpos")]
    public async Task The_same_bytes_at_any_parallelism_and_when_run_again(string rule)
    {
        string[] more = ["--rule", rule, "--negatives", "3", "--json", "--quiet"];
        string[] hashes = new string[3];
        foreach ((int run, int parallelism, string folder) in new[] { (0, 1, "one"), (1, 8, "eight"), (2, 3, "one") })
        {
            (int code, _, string error) = await _app.RunAsync(Command([.. more, "--set", $"Pipeline:Parallelism={parallelism}", "--out", folder]));
            Assert.True(code == 0, error);
            hashes[run] = string.Join('\n', Directory.GetFiles(Path.Combine(_app.Folder, folder, "shards")).Append(Path.Combine(_app.Folder, folder, "rejects.jsonl")).Order(StringComparer.Ordinal)
                .Select(file => $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}"));
        }

        Assert.Equal(hashes[0], hashes[1]);
        Assert.Equal(hashes[0], hashes[2]);
    }

    [Fact]
    public async Task All_positives_of_the_qrels_are_kept_best_grade_first_and_none_is_a_negative()
    {
        _app.Write("qrels.tsv", "q1\ta2\t1\nq1\ta0\t3\nq1\ta1\t1\nq2\ta3\t1\nq3\ta5\t1\n");
        await MineAsync("--rule", "top", "--negatives", "6");
        Group group = (await GroupsAsync())[0];
        Assert.Equal(["a0", "a1", "a2"], group.Positives.Select(p => p.Docid));
        Assert.Equal([3, 1, 1], group.Positives.Select(p => p.Grade));
        Assert.Equal([3.0, 1.0, 1.0], group.Positives.Select(p => p.Scores["qrels"]));
        Assert.All(group.Positives.Concat(group.Negatives), p => Assert.True(p.Scores.ContainsKey("bm25") && p.Scores.ContainsKey("dense") && p.Scores.ContainsKey("rrf")));
        Assert.Empty(group.Negatives.Select(n => n.Docid).Intersect(["a0", "a1", "a2"]));
        Assert.Equal(0, group.Quality["shortfall"]);
    }

    [Fact]
    public async Task Fewer_candidates_than_negatives_are_a_counted_shortfall()
    {
        JsonElement result = await MineAsync("--rule", "top", "--negatives", "10");
        Assert.Equal((3, 3), (Number(result, "groups"), Number(result, "groups_with_shortfall")));
        Group[] groups = await GroupsAsync();
        Assert.Equal(Number(result, "negatives_missing"), groups.Sum(g => (int)g.Quality["shortfall"]));
        Assert.All(groups, g => Assert.Equal(10, g.Negatives.Count + g.Quality["shortfall"]));
    }

    [Fact]
    public async Task A_corpus_of_one_passage_has_no_negative_for_anyone()
    {
        _app.Write("beir/corpus.jsonl", Passages[..(Passages.IndexOf('\n', StringComparison.Ordinal) + 1)]);
        _app.Write("qrels.tsv", "q1\ta0\t1\n");
        JsonElement result = await MineAsync("--rule", "top");
        Assert.Equal((3, 0), (Number(result, "queries"), Number(result, "groups")));
        Assert.Equal("""{"read/not-judged":2,"select/no-negative":1}""", JsonSerializer.Serialize(result.GetProperty("rejects")));
        Assert.Equal(1, Number(await MineAsync("--rule", "none", "--out", "none"), "groups")); // a pair without negatives was asked for
    }

    [Fact]
    public async Task Relabelling_takes_the_best_judged_passage_and_remembers_the_given_one()
    {
        // The judge likes passages about glass; the qrels of q1 name a ferry.
        _app.OpenJudge = (_, _) => new FakeJudge("liking", (_, p) => p.Title == "Glass" ? 1 + p.Text.Length : 1);
        JsonElement result = await MineAsync("--rule", "gecko", "--negatives", "2", "--judge", "embedded", "--positives", "best", "--set", "Mining:Voters=Both");
        Assert.Equal(2, Number(result, "relabelled"));
        Group group = (await GroupsAsync())[0];
        Assert.Equal(("a3", Origin.Relabelled, "a0"), (Assert.Single(group.Positives).Docid, group.Positives[0].Origin, group.SeedDocid));
        Assert.DoesNotContain(group.Negatives, n => n.Docid is "a0" or "a1"); // the given positive and its like are still no negatives
        Assert.Equal(62, group.Positives[0].Scores["liking"]);
    }

    [Theory]
    [InlineData("remove", 2, 1, 0)]
    [InlineData("relabel", 2, 2, 1)]
    [InlineData("drop", 0, 0, 0)]
    public async Task False_negatives(string action, int groups, int positivesOfFirst, int relabelled)
    {
        // To the judge a4 answers every query as well as its positive does; on a8 it fails.
        _app.OpenJudge = (_, _) => new FakeJudge("relevance", (query, p) =>
            p.Docid == "a8" ? null : p.Docid == "a4" || p.Docid == (query.Contains("ferry", StringComparison.Ordinal) ? "a0" : "a5") ? 1 : 0);
        _app.Write("qrels.tsv", "q1\ta0\t1\nq3\ta5\t1\n");
        JsonElement result = await MineAsync("--rule", "top", "--negatives", "9", "--judge", "embedded", "--false-negatives", action, "--set", "Mining:Voters=Both");
        Assert.Equal(groups, Number(result, "groups"));
        JsonElement table = result.GetProperty("false_negatives");
        Assert.Equal((2, 2, relabelled * 2), (Number(table, "queries_checked"), Number(table, "flagged"), Number(table, "relabelled")));
        if (groups == 0)
        {
            Assert.Equal(2, result.GetProperty("rejects").GetProperty("false-negatives/false-negative").GetInt32());
            return;
        }

        Group first = (await GroupsAsync())[0];
        Assert.Equal(positivesOfFirst, first.Positives.Count);
        Assert.DoesNotContain(first.Negatives, n => n.Docid is "a4" or "a8");
        Assert.All(first.Negatives, n => Assert.Equal(0, n.Scores["relevance"]));
        if (relabelled > 0) Assert.Equal(("a4", Origin.Relabelled, 1.0), (first.Positives[1].Docid, first.Positives[1].Origin, first.Positives[1].Scores["relevance"]));
    }

    [Fact]
    public async Task Ance_takes_the_given_run_alone()
    {
        _app.Write("ance.run", "q1 Q0 a9 1 9.5 x\nq1 Q0 a0 2 9.1 x\nq1 Q0 a7 3 8 x\nq3 Q0 a6 1 3 x\n");
        JsonElement result = await MineAsync("--rule", "ance", "--retriever", "run:ance.run", "--negatives", "4");
        Group[] groups = await GroupsAsync();
        Assert.Equal(["q1", "q3"], groups.Select(g => g.Attributes["query_id"]));
        Assert.Equal(["a9", "a7"], groups[0].Negatives.Select(n => n.Docid));
        Assert.Equal(9.5, groups[0].Negatives[0].Scores["run"]);
        Assert.Equal("""{"select/no-negative":1}""", JsonSerializer.Serialize(result.GetProperty("rejects"))); // the run lacks q2
    }

    [Fact]
    public async Task In_document_negatives_come_from_the_positives_file()
    {
        _app.Write("docs.jsonl", string.Join('\n', Enumerable.Range(0, 6).Select(i => $$"""{"docid": "{{(i < 3 ? "x.md" : "y.md")}}#{{i}}", "text": "{{Words(i)}}"}""")) + "\n");
        _app.Write("qrels.tsv", "q1\tx.md#1\t1\n");
        _app.Write("queries.tsv", "q1\twhen does the ferry leave\n");
        await MineAsync("--corpus", "docs.jsonl", "--rule", "in-document", "--depth", "1");
        Assert.Equal(["x.md#0", "x.md#2"], (await GroupsAsync())[0].Negatives.Select(n => n.Docid).Order(StringComparer.Ordinal));

        static string Words(int i) => new[] { "bread and salt", "the ferry leaves at nine", "rain in the hills", "glass and sand", "larch and oak", "herring in the harbour" }[i];
    }

    [Theory]
    [InlineData("--rule hardest", "Mining:NegativeRule is 'hardest'. Known rules: ance (or run), ")]
    [InlineData("--rule topk-percpos --retriever bm25", "The rule 'topk-percpos' compares similarities, and the retriever 'bm25' gives none. Name one that embeds with --retriever, for instance bm25+static, or a rule without a margin with --rule, for instance bm25 or range.")]
    [InlineData("--rule bm25 --retriever dense:minilm", "The rule 'bm25' goes by BM25's ranking, and the retriever 'dense:minilm' has no BM25. Set --retriever bm25+dense:minilm.")]
    [InlineData("--rule repllama --retriever bm25", "The rule 'repllama' mixes two retrievers, and 'bm25' is one. Set --retriever bm25+static.")]
    [InlineData("--rule ance", "The rule 'ance' takes its negatives from a run. Give one with --retriever run:FILE")]
    [InlineData("--rule range --depth 100", "The rule 'range' takes ranks up to 210, and --depth is 100. Set --depth 210 or more, or lower Mining:RangeMax.")]
    [InlineData("--retriever bm52", "There is no retriever 'bm52'. Did you mean 'bm25'?")]
    [InlineData("--retriever bm25+run:none.run --rule top", "none.run' does not exist")]
    [InlineData("--rule ance --retriever run:twice.run", "twice.run line 2: query 'q1' ranks passage 'a0' twice.")]
    [InlineData("--rule ance --retriever run:ranks.run", "ranks.run line 1: the rank is 'first'. A rank is a whole number from 0 or 1.")]
    [InlineData("--rule ance --retriever run:other.run", "not one of its passages is in the corpus")]
    [InlineData("--positives best", "--positives best takes the best judged passage, and there is no judge. Name one with --judge.")]
    [InlineData("--positives all", "Mining:Positives is 'all'. Known: qrels, best, seed.")]
    [InlineData("--false-negatives remove", "--false-negatives needs a judge. Name one with --judge.")]
    [InlineData("--false-negatives mend", "--false-negatives is 'mend'; allowed: none, remove, relabel, drop.")]
    [InlineData("--strong-judge embedded", "--strong-judge confirms false negatives, and they are not looked for.")]
    [InlineData("--judge nobody", "R2Synth:Judge is 'nobody', which is no backend.")]
    [InlineData("--negatives 0", "--negatives is '0'; allowed: a whole number, 1 to 1000.")]
    [InlineData("--language english", "--language is 'english'")]
    [InlineData("--set Mining:PositiveFloor=0.5 --retriever bm25 --rule top", "Mining:PositiveMargin and Mining:PositiveFloor read the similarity, and the retriever 'bm25' gives none.")]
    [InlineData("--corpus nowhere", "--corpus nowhere: there is no such file or folder.")]
    [InlineData("--queries none.tsv", "none.tsv does not exist.")]
    [InlineData("--queries empty.tsv", "empty.tsv line 2: the query 'q2' is empty.")]
    [InlineData("--qrels unknown-query.tsv", "unknown-query.tsv: judges 1 queries that are not in queries.tsv, 'q9' first.")]
    [InlineData("--qrels unknown-passage.tsv", "unknown-passage.tsv: judges 1 passages that are not in the corpus beir, 'zz' first.")]
    [InlineData("--qrels two-grades.tsv", "Query 'q1' and passage 'a0' are judged twice, as 1 and as 2.")]
    [InlineData("--qrels no-grade.tsv", "no-grade.tsv line 1: the grade is 'high'.")]
    [InlineData("--out queries.tsv", "--out queries.tsv: this is a file; name a folder.")]
    public async Task What_cannot_be_done_is_said_with_exit_code_2(string flags, string message)
    {
        _app.Write("twice.run", "q1 Q0 a0 1 2 x\nq1 Q0 a0 2 1 x\n");
        _app.Write("ranks.run", "q1 Q0 a0 first 2 x\n");
        _app.Write("other.run", "q1 Q0 b0 1 2 x\n");
        _app.Write("empty.tsv", "q1\tferry\nq2\t \n");
        _app.Write("unknown-query.tsv", "q1\ta0\t1\nq9\ta0\t1\n");
        _app.Write("unknown-passage.tsv", "q1\ta0\t1\nq2\tzz\t1\n");
        _app.Write("two-grades.tsv", "q1\ta0\t1\nq1\ta0\t2\n");
        _app.Write("no-grade.tsv", "q1\ta0\thigh\n");
        (int code, string stdout, string stderr) = await _app.RunAsync(Command([.. flags.Split(' '), "--quiet"]));
        Assert.Equal((2, ""), (code, stdout));
        Assert.Contains(message, stderr, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_app.Folder, "out")), "The run's folder was made.");
    }

    [Fact]
    public async Task An_embedder_that_changes_its_dimensions()
    {
        _app.OpenBackend = (name, _, _, _) => Task.FromResult<Backend>(new FakeEmbeddingBackend(name) { QueryDimensions = 13 });
        (int code, _, string stderr) = await _app.RunAsync(Command("--quiet"));
        Assert.Equal(2, code);
        Assert.Contains("The embedder gave 13 dimensions for a query and 26 for the passages.", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ranks_that_do_not_go_with_the_scores_are_said_and_the_scores_count()
    {
        _app.Write("odd.run", "q1 Q0 a9 2 9 x\nq1 Q0 a7 1 8 x\nq2 Q0 a9 1 1 x\nq3 Q0 a9 1 1 x\n");
        (int code, _, string stderr) = await _app.RunAsync(Command("--rule", "top", "--retriever", "run:odd.run"));
        Assert.Equal(0, code);
        Assert.Contains("the ranks of 1 queries do not go with their scores; the scores count.", stderr, StringComparison.Ordinal);
        Assert.Equal(["a9", "a7"], (await GroupsAsync())[0].Negatives.Select(n => n.Docid));
    }

    [Fact]
    public async Task Another_rule_needs_another_folder()
    {
        await MineAsync("--rule", "top");
        (int code, _, string stderr) = await _app.RunAsync(Command("--rule", "gecko", "--quiet"));
        Assert.Equal(2, code);
        Assert.Contains("out holds a run with other settings:\n  Mining:NegativeRule: 'top' then, 'gecko' now", stderr, StringComparison.Ordinal);
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private string[] Command(params string[] more)
    {
        List<string> command = ["mine"];
        foreach ((string flag, string value) in new[] { ("--corpus", "beir"), ("--queries", "queries.tsv"), ("--qrels", "qrels.tsv"), ("--retriever", "bm25+dense:minilm"), ("--out", "out") })
        {
            if (!more.Contains(flag)) command.AddRange([flag, value]);
        }

        return [.. command, "--set", $"Cache:Path={Path.Combine(_app.Folder, "cache.db")}", .. more];
    }

    private async Task<JsonElement> MineAsync(params string[] more)
    {
        (int code, string stdout, string stderr) = await _app.RunAsync(Command([.. more, "--set", "Pipeline:DevShare=0", "--json", "--quiet"]));
        Assert.True(code == 0, stderr);
        return JsonDocument.Parse(stdout).RootElement;
    }

    private async Task<Group[]> GroupsAsync() =>
        [.. await GroupJsonlReader.ReadAsync(Path.Combine(_app.Folder, "out/shards/train-00000-of-00001.jsonl")).ToArrayAsync()];
}
