using R2Synth.Records;

namespace R2Synth.Evaluation.Tests;

public sealed class QrelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("query-id\tcorpus-id\tscore\nq1\ta b\t2\nq1\tc\t0\n")]
    [InlineData("q1\ta b\t2\r\n\r\nq1\tc\t0")]
    public async Task ReadAsync_reads_BEIR_with_or_without_header(string content)
    {
        Qrels qrels = await Qrels.ReadAsync(_folder.Write("test.tsv", content));
        Assert.Equal(["q1"], qrels.Queries);
        Assert.Equal(2, qrels.Of("q1")["a b"]);
        Assert.Equal(0, qrels.Of("q1")["c"]);
        Assert.Empty(qrels.Of("q2"));
    }

    [Fact]
    public async Task ReadAsync_reads_TREC()
    {
        Qrels qrels = await Qrels.ReadAsync(_folder.Write("qrels.txt", "1 0 d1 1\n1  0\td2 -1\n"));
        Assert.Equal(1, qrels.Of("1")["d1"]);
        Assert.Equal(-1, qrels.Of("1")["d2"]);
    }

    [Theory]
    [InlineData("q\td\t1\nq\td2\tgood\n", "line 2: the grade is 'good'. A grade is a whole number.")]
    [InlineData("q d\n", "line 1: 2 fields. BEIR has three with tabs between (query-id, corpus-id, score), TREC four (qid, iteration, docid, grade).")]
    public async Task ReadAsync_says_which_line_is_wrong(string content, string expected)
    {
        string path = _folder.Write("test.tsv", content);
        InputException e = await Assert.ThrowsAsync<InputException>(() => Qrels.ReadAsync(path));
        Assert.Equal($"{path} {expected}", e.Message);
    }

    [Fact]
    public void Constructor_TwoGradesForAPair_Throws()
    {
        Assert.Equal(
            "Query 'q' and passage 'd' are judged twice, as 1 and as 2. Keep one of the lines.",
            Assert.Throws<InputException>(() => new Qrels([("q", "d", 1), ("q", "d", 2)])).Message);
        Assert.Single(new Qrels([("q", "d", 1), ("q", "d", 1)]).Of("q"));
    }

    [Fact]
    public async Task ReadAsync_MissingFile_Throws() =>
        await Assert.ThrowsAsync<InputException>(() => Qrels.ReadAsync(Path.Combine(_folder.Path, "none.tsv")));
}
