using R2Synth.Records;

namespace R2Synth.Evaluation.Tests;

public sealed class JudgedCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Judged_queries_come_in_order_and_unjudged_ones_are_left_out()
    {
        Write("{\"_id\":\"b\",\"text\":\"two\"}\n{\"_id\":\"a\",\"text\":\"one\"}\n{\"_id\":\"c\",\"text\":\"three\"}\n", "query-id\tcorpus-id\tscore\na\td1\t1\nb\td2\t2\n");
        JudgedCorpus read = await JudgedCorpus.ReadAsync(_folder.Path);
        Assert.Equal([("a", "one"), ("b", "two")], read.Queries);
        Assert.Equal(2, read.Passages.Count);
    }

    [Theory]
    [InlineData("z\td1\t1\n", "judges the query 'z', which is not in queries.jsonl")]
    [InlineData("a\td1\t1\na\tnone\t1\n", "judges 1 passages that are not in the corpus, 'none' first")]
    [InlineData("", "holds no judgment")]
    public async Task Judgments_of_another_collection_are_refused(string qrels, string message)
    {
        Write("{\"_id\":\"a\",\"text\":\"one\"}\n", qrels);
        InputException fault = await Assert.ThrowsAsync<InputException>(() => JudgedCorpus.ReadAsync(_folder.Path));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"_id\":\"a\",\"text\":\" \"}", "queries.jsonl line 1: the query 'a' is empty")]
    [InlineData("{\"_id\":\"a\"}", "queries.jsonl line 1: the field 'text' is missing")]
    [InlineData("{\"_id\":\"a\",\"text\":\"x\"}\n{\"_id\":\"a\",\"text\":\"y\"}", "queries.jsonl line 2: the query id 'a' was used before")]
    [InlineData("{\"_id\":", "queries.jsonl line 1: is not JSON")]
    [InlineData("no tab here", "queries.jsonl line 1: is no query")]
    public async Task A_faulty_query_is_named_with_its_line(string queries, string message)
    {
        Write(queries, "a\td1\t1\n");
        InputException fault = await Assert.ThrowsAsync<InputException>(() => JudgedCorpus.ReadAsync(_folder.Path));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private void Write(string queries, string qrels)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "qrels"));
        File.WriteAllText(Path.Combine(_folder.Path, "corpus.jsonl"), "{\"_id\":\"d1\",\"title\":\"\",\"text\":\"one text\"}\n{\"_id\":\"d2\",\"title\":\"T\",\"text\":\"another text\"}\n");
        File.WriteAllText(Path.Combine(_folder.Path, "queries.jsonl"), queries);
        File.WriteAllText(Path.Combine(_folder.Path, "qrels", "test.tsv"), qrels);
    }
}
