using System.IO.Compression;
using System.Text;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public sealed class ImpactRetrieverTests : IDisposable
{
    private const string Good = """
        {"id": "d2", "contents": "a boat", "vector": {"boat": 3, "##s": 0.5}}

        {"id": "d0", "vector": {"boat": 1, "shore": 2.25, "tree": 0}}
        {"vector": {}, "other": [1, {"id": 3}], "id": "d1"}
        """;

    private static readonly Passage[] Passages = Corpus.Of("one", "two", "three");
    private readonly string _folder = Directory.CreateTempSubdirectory("r2synth-impacts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Search_is_the_dot_product_of_the_vectors()
    {
        using ImpactRetriever splade = await ImpactRetriever.ReadAsync(
            Passages, Write("corpus.jsonl", Good), Write("queries.jsonl", """{"id": 7, "contents": "boats on shore?", "vector": {"boat": 2, "shore": 4, "quiz": 9}}"""), name: "splade");
        Assert.Equal([new Hit(0, (2 * 1) + (4 * 2.25)), new Hit(2, 2 * 3)], await splade.SearchAsync("boats on shore?", 10));
        Assert.Equal([new Hit(0, 11)], splade.SearchById("7", 1));
        Assert.Equal([0, 6, 11, 6], splade.Score("boats on shore?", [1, 2, 0, 2]));
        Assert.Equal("splade", splade.Name);
        Assert.Equal(new ImpactFileReport { UnknownDocids = 0, FirstUnknownDocid = null, EmptyVectors = 1 }, splade.Report);
    }

    [Fact]
    public async Task Without_query_vectors_each_distinct_word_weighs_1()
    {
        using ImpactRetriever impacts = await ImpactRetriever.ReadAsync(Passages, Write("corpus.jsonl", Good));
        Assert.Equal([new Hit(0, 3.25), new Hit(2, 3)], impacts.Search("Boat, boat and SHORE!", 10));
        Assert.Throws<InvalidOperationException>(() => impacts.SearchById("1", 5));
    }

    [Fact]
    public async Task Texts_can_come_from_the_queries()
    {
        Dictionary<string, string> texts = new() { ["q1"] = "first", ["q2"] = "second" };
        string queries = Write("queries.jsonl", """
            {"id": "q1", "vector": {"boat": 1}}
            {"id": "q2", "vector": {"shore": 1}}
            {"id": "q3", "vector": {"tree": 1}}
            """);
        using ImpactRetriever impacts = await ImpactRetriever.ReadAsync(Passages, Write("corpus.jsonl", Good), queries, texts);
        Assert.Equal([2, 0], impacts.Search("first", 10).Select(hit => hit.Passage));
        Assert.Equal([0], impacts.Search("second", 10).Select(hit => hit.Passage));
        Assert.Empty(impacts.SearchById("q3", 10)); // a weight of 0 is no posting
        Assert.StartsWith($"{queries}: has no vector for the query 'third'.", Assert.Throws<InputException>(() => impacts.Search("third", 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{queries}: has no vector for the query id 'q4'.", Assert.Throws<InputException>(() => impacts.SearchById("q4", 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => impacts.Search("first", 0));
    }

    [Fact]
    public async Task Compressed_files_are_read()
    {
        string path = Path.Combine(_folder, "corpus.jsonl.gz");
        await using (GZipStream gzip = new(File.Create(path), CompressionMode.Compress)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(Good));
        using ImpactRetriever impacts = await ImpactRetriever.ReadAsync(Passages, path);
        Assert.Equal([2, 0], impacts.Search("boat", 10).Select(hit => hit.Passage));
    }

    [Fact]
    public async Task Vectors_of_other_docids_are_left_out_and_counted()
    {
        string corpus = Write("corpus.jsonl", $$$"""
            {"id": "x", "vector": {"boat": 99}}
            {{{Good}}}
            {"id": "y", "vector": {"leaf": 1}}
            """);
        using ImpactRetriever impacts = await ImpactRetriever.ReadAsync(Passages, corpus);
        Assert.Equal(new ImpactFileReport { UnknownDocids = 2, FirstUnknownDocid = "x", EmptyVectors = 1 }, impacts.Report);
        Assert.Equal([2, 0], impacts.Search("boat leaf", 10).Select(hit => hit.Passage));
    }

    [Fact]
    public async Task The_index_is_kept_in_a_file_until_the_vectors_change()
    {
        string corpus = Write("corpus.jsonl", Good), index = Path.Combine(_folder, "impacts.index");
        using (ImpactRetriever built = await ImpactRetriever.ReadAsync(Passages, corpus, indexPath: index)) Assert.False(built.Origin.Opened);
        using (ImpactRetriever opened = await ImpactRetriever.ReadAsync(Passages, corpus, indexPath: index))
        {
            Assert.True(opened.Origin.Opened);
            Assert.Null(opened.Report);
            Assert.Equal([new Hit(0, 3.25), new Hit(2, 3)], opened.Search("boat shore", 10));
        }

        Write("corpus.jsonl", Good.Replace("2.25", "4.5", StringComparison.Ordinal));
        using ImpactRetriever changed = await ImpactRetriever.ReadAsync(Passages, corpus, indexPath: index);
        Assert.Equal($"Built and written to {index}: the file was made from other passages or with other settings.", changed.Origin.Reason);
        Assert.Equal(new Hit(0, 5.5), changed.Search("boat shore", 10)[0]);
    }

    [Theory]
    [InlineData("""{"id": "d0", "vector": {"boat": -0.5}}""", "line 1: 'vector' gives the term 'boat' -0.5, but a weight is a finite number from 0 up.")]
    [InlineData("""{"id": "d0", "vector": {"boat": NaN}}""", "line 1 column 33: 'vector' holds NaN or Infinity, and weights are finite numbers from 0 up.")]
    [InlineData("""{"id": "d0", "vector": {"boat": -Infinity}}""", "line 1 column 34: 'vector' holds NaN or Infinity, and weights are finite numbers from 0 up.")]
    [InlineData("""{"id": "d0", "vector": {"boat": 1e300}}""", "line 1: 'vector' gives the term 'boat' 1e300, but a weight is a finite number from 0 up.")]
    [InlineData("""{"id": "d0", "vector": {"boat": "3"}}""", "line 1: 'vector' gives the term 'boat' the text \"3\", but a weight is a finite number from 0 up.")]
    [InlineData("""{"id": "d0", "vector": {"boat": null}}""", "line 1: 'vector' gives the term 'boat' null, but a weight is a finite number from 0 up.")]
    [InlineData("""{"id": "d0", "vector": {"boat": 1, "boat": 2}}""", "line 1: 'vector' names the term 'boat' twice. A term has one weight.")]
    [InlineData("""{"id": "d0", "vector": [1, 2]}""", "line 1: 'vector' is a list, but must be an object of terms and numbers, for instance {\"id\": \"1\", \"vector\": {\"boat\": 2.5}}.")]
    [InlineData("""{"id": "d0"}""", "line 1: 'vector' is missing. Each line is one vector, for instance {\"id\": \"1\", \"vector\": {\"boat\": 2.5}}.")]
    [InlineData("""{"vector": {}}""", "line 1: 'id' is missing or empty. Each line is one vector, for instance {\"id\": \"1\", \"vector\": {\"boat\": 2.5}}.")]
    [InlineData("""{"id": true, "vector": {}}""", "line 1: 'id' is true, but must be a text or a number.")]
    [InlineData("[]", "line 1: a JSON object is needed. Each line is one vector, for instance {\"id\": \"1\", \"vector\": {\"boat\": 2.5}}.")]
    [InlineData("{\"id\": \"d0\", \"vector\": {\"\\ud83d\": 1}}", "line 1: holds half a surrogate pair")]
    [InlineData("{\"id\": \"d0\", \"vector\": {}\n", "line 1 column")]
    [InlineData("{\"id\": \"d0\", \"vector\": {}} {}", "line 1 column 28: is not valid JSON.")]
    [InlineData("{\"id\": \"d0\", \"vector\": {}}\n{\"id\": \"d0\", \"vector\": {}}", "line 2: the id 'd0' was used on line 1. A passage has one vector.")]
    [InlineData("{\"id\": \"d0\", \"vector\": {}}", ": 2 of 3 passages have no vector, 'd1' first. Encode the whole corpus.")]
    [InlineData("{\"id\": \"D0\", \"vector\": {}}", ": 3 of 3 passages have no vector, 'd0' first; it has 1 that are not in the corpus, 'D0' first. Are these vectors of this corpus, with its docids?")]
    public async Task Bad_vectors_of_passages_are_refused(string lines, string expected)
    {
        string corpus = Write("corpus.jsonl", lines);
        InputException e = await Assert.ThrowsAsync<InputException>(() => ImpactRetriever.ReadAsync(Passages, corpus));
        Assert.StartsWith($"{corpus}{(expected[0] == ':' ? "" : " ")}{expected}", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\": \"q\", \"vector\": {}}\n{\"id\": \"q\", \"vector\": {}}", " line 2: the id 'q' was used before. A query has one vector.")]
    [InlineData("{\"id\": \"q\", \"contents\": \"t\", \"vector\": {\"boat\": 1}}\n{\"id\": \"r\", \"contents\": \"t\", \"vector\": {\"boat\": 2}}", " line 2: the queries 'q' and 'r' have the same text and different vectors. One text needs one vector.")]
    [InlineData("{\"id\": \"q\", \"vector\": {\"boat\": -1}}", " line 1: 'vector' gives the term 'boat' -1, but a weight is a finite number from 0 up.")]
    public async Task Bad_vectors_of_queries_are_refused(string lines, string expected)
    {
        string corpus = Write("corpus.jsonl", Good), queries = Write("queries.jsonl", lines);
        InputException e = await Assert.ThrowsAsync<InputException>(() => ImpactRetriever.ReadAsync(Passages, corpus, queries));
        Assert.Equal(queries + expected, e.Message);
    }

    [Fact]
    public async Task A_query_without_a_vector_and_a_missing_file_are_refused()
    {
        string corpus = Write("corpus.jsonl", Good), queries = Write("queries.jsonl", "{\"id\": \"q\", \"vector\": {}}");
        InputException e = await Assert.ThrowsAsync<InputException>(() => ImpactRetriever.ReadAsync(Passages, corpus, queries, new Dictionary<string, string> { ["q"] = "a", ["r"] = "b" }));
        Assert.Equal($"{queries}: 1 of 2 queries have no vector, 'r' first. Encode all queries.", e.Message);
        await Assert.ThrowsAsync<InputException>(() => ImpactRetriever.ReadAsync(Passages, Path.Combine(_folder, "none.jsonl")));
        await Assert.ThrowsAsync<InputException>(() => ImpactRetriever.ReadAsync(Passages, Path.Combine(_folder, "none.jsonl"), indexPath: Path.Combine(_folder, "i")));
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
