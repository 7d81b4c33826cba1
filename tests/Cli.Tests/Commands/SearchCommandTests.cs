using System.Text.Json;

namespace R2Synth.Cli.Tests.Commands;

public sealed class SearchCommandTests : IDisposable
{
    private readonly TestApp _app = new();

    public SearchCommandTests()
    {
        _app.Write("beir/corpus.jsonl", """
            {"_id": "d1", "title": "Bees", "text": "Bees dance on the comb."}
            {"_id": "d2", "title": "Cement", "text": "Concrete sets because cement reacts with water."}
            {"_id": "d3", "title": "", "text": "Water covers most of the planet."}

            """);
        _app.Write("beir/queries.jsonl", "{\"_id\": \"q2\", \"text\": \"why does concrete set in water\"}\n{\"_id\": \"q1\", \"text\": \"dancing bees\"}\n{\"_id\": \"q3\", \"text\": \"zzz\"}\n");
    }

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_beir_folder_is_enough_and_the_run_stands_in_the_files_order()
    {
        (int code, string stdout, string stderr) = await _app.RunAsync("search --corpus beir --out out/bm25.run");
        Assert.Equal((0, "queries: 3 of 3\n"), (code, stderr));
        Assert.Equal("Retriever: bm25, depth 100\nPassages: 3; queries: 3; hits: 3; queries without a hit: 1\nout/bm25.run\n", stdout);
        string[][] lines = [.. (await File.ReadAllTextAsync(Path.Combine(_app.Folder, "out/bm25.run"))).TrimEnd('\n').Split('\n').Select(line => line.Split(' '))];
        Assert.Equal(["q2 Q0 d2 1 bm25", "q2 Q0 d3 2 bm25", "q1 Q0 d1 1 bm25"], lines.Select(line => string.Join(' ', line[..4].Append(line[5]))));
        Assert.Equal(["bm25.run"], Directory.GetFiles(Path.Combine(_app.Folder, "out")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Without_out_the_run_is_the_output_and_the_summary_is_talk()
    {
        _app.Write("some.tsv", "a\tbees\n");
        (int code, string stdout, string stderr) = await _app.RunAsync("search --corpus beir --queries some.tsv --depth 1 --tag mine");
        Assert.Equal(0, code);
        Assert.Matches("^a Q0 d1 1 [0-9.]+ mine\n$", stdout);
        Assert.Contains("queries: 1; hits: 1", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dense_vectors_are_kept_and_the_second_search_embeds_queries_alone()
    {
        FakeEmbeddingBackend embedder = new("minilm");
        _app.OpenBackend = (_, _, _, _) => Task.FromResult<Inference.Backend>(embedder);
        string[] search = ["search", "--corpus", "beir", "--retriever", "dense", "--set", $"Cache:Path={Path.Combine(_app.Folder, "cache.db")}", "--json"];
        (int code, string stdout, string stderr) = await _app.RunAsync([.. search, "--out", "1.run"]);
        Assert.Equal((0, "dense: passages embedded: 3 of 3\nqueries: 3 of 3\n"), (code, stderr));
        JsonElement summary = JsonDocument.Parse(stdout).RootElement;
        Assert.Equal(("dense", 9, 0), (summary.GetProperty("retriever").GetString(), summary.GetProperty("hits").GetInt32(), summary.GetProperty("queries_without_hits").GetInt32()));
        Assert.Equal("dense minilm letters", summary.GetProperty("identity").GetString());
        Assert.Equal(6, embedder.Texts);

        File.Delete(Path.Combine(_app.Folder, "cache.db"));
        Assert.Equal(0, (await _app.RunAsync([.. search, "--out", "2.run"])).Code);
        Assert.Equal(9, embedder.Texts);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_app.Folder, "1.run")), await File.ReadAllBytesAsync(Path.Combine(_app.Folder, "2.run")));
    }

    [Fact]
    public async Task A_foreign_run_is_fused_and_what_does_not_fit_is_said()
    {
        _app.Write("other.run", "q1 Q0 d3 1 2 x\nq1 Q0 d1 2 1 x\nq9 Q0 d1 1 1 x\n");
        (int code, string stdout, string stderr) = await _app.RunAsync("search --corpus beir --retriever bm25+run:other.run --out f.run");
        Assert.Equal(0, code);
        Assert.Contains("2 of 3 queries are not in it", stderr, StringComparison.Ordinal);
        Assert.Contains("Retriever: bm25+run:other.run", stdout, StringComparison.Ordinal);
        string[] q1 = [.. (await File.ReadAllLinesAsync(Path.Combine(_app.Folder, "f.run"))).Where(line => line.StartsWith("q1 ", StringComparison.Ordinal))];
        Assert.Equal(["d1", "d3"], q1.Select(line => line.Split(' ')[2])); // 1/61 + 1/62 before 1/61
    }

    [Theory]
    [InlineData("--retriever bm52", "There is no retriever 'bm52'. Did you mean 'bm25'?")]
    [InlineData("--retriever dense:minilmm", "needs the backend 'minilmm', which is not among the settings' backends: embedded, minilm. Did you mean 'minilm'?")]
    [InlineData("--retriever dense", "needs a backend with Embeddings, and 'minilm' has Chat, PromptScores")]
    [InlineData("--retriever static", "needs the backend 'static'")]
    [InlineData("--retriever run:none.run", "none.run' does not exist")]
    [InlineData("--depth 0", "--depth is '0'")]
    [InlineData("--out beir/queries.jsonl", "which is there already")]
    [InlineData("--json", "--json needs --out")]
    [InlineData("--queries none.jsonl", "none.jsonl does not exist")]
    [InlineData("--queries empty.tsv", "empty.tsv line 2: the query 'b' is empty")]
    public async Task What_cannot_be_done_is_said_with_exit_code_2(string flags, string message)
    {
        _app.Write("empty.tsv", "a\tbees\nb\t \n");
        (int code, string stdout, string stderr) = await _app.RunAsync($"search --corpus beir {flags}");
        Assert.Equal((2, ""), (code, stdout));
        Assert.Contains(message, stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Corpora_of_one_passage_and_of_none()
    {
        _app.Write("q.tsv", "a\ttext\n");
        _app.Write("one.jsonl", "{\"docid\": \"d\", \"text\": \"A text.\"}\n");
        (int code, string stdout, _) = await _app.RunAsync("search --corpus one.jsonl --queries q.tsv");
        Assert.Equal(0, code);
        Assert.Single(stdout.TrimEnd('\n').Split('\n'));
        (code, _, string stderr) = await _app.RunAsync("search --corpus corpus");
        Assert.Equal((2, true), (code, stderr.Contains("--queries is missing, and 'corpus' is no BEIR folder", StringComparison.Ordinal)));
        _app.Write("none/corpus.jsonl", "");
        Assert.Equal(2, (await _app.RunAsync("search --corpus none --queries q.tsv")).Code);
    }
}
