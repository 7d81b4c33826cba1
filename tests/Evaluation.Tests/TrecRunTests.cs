using CsCheck;
using R2Synth.Records;

namespace R2Synth.Evaluation.Tests;

public sealed class TrecRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ties_go_to_the_greater_docid_as_in_trec_eval() =>
        Assert.Equal(["z", "c", "b", "a"], new TrecRun([("q", "a", 1.0), ("q", "c", 1.0), ("q", "b", 1.0), ("q", "z", 2.0)]).Of("q").Select(e => e.Docid));

    [Fact]
    public void Scores_that_differ_beyond_single_precision_tie() =>
        Assert.Equal(["b", "a"], new TrecRun([("q", "a", 1.0 + 1e-12), ("q", "b", 1.0)]).Of("q").Select(e => e.Docid));

    [Fact]
    public async Task ReadAsync_ignores_the_stated_rank()
    {
        TrecRun run = await TrecRun.ReadAsync(_folder.Write("run.txt", "q1 Q0 a 1 0.5 tag\nq1 Q0 b 2 7e-1 tag\n"));
        Assert.Equal([new RunEntry("b", 0.7), new RunEntry("a", 0.5)], run.Of("q1"));
    }

    [Theory]
    [InlineData("q Q0 a 1 0.5\n", "line 1: 5 fields. A run has six: qid, Q0, docid, rank, score, tag.")]
    [InlineData("q Q0 a 1 0,5 t\n", "line 1: the score is '0,5'. A score is a finite number with a point.")]
    public async Task ReadAsync_says_which_line_is_wrong(string content, string expected)
    {
        string path = _folder.Write("run.txt", content);
        Assert.Equal($"{path} {expected}", (await Assert.ThrowsAsync<InputException>(() => TrecRun.ReadAsync(path))).Message);
    }

    [Fact]
    public void A_passage_twice_is_refused() =>
        Assert.Throws<InputException>(() => new TrecRun([("q", "a", 1.0), ("q", "a", 2.0)]));

    [Fact]
    public async Task WriteAsync_blank_in_an_id_is_refused() =>
        await Assert.ThrowsAsync<InputException>(() => new TrecRun([("q", "a b", 1.0)]).WriteAsync(Path.Combine(_folder.Path, "run.txt"), "tag"));

    [Fact]
    public async Task Whatever_is_written_reads_back_the_same() =>
        await Gen.Select(Gen.Int[0, 3], Gen.Int[0, 50], Gen.Double[-1e9, 1e9]).List[0, 60].SampleAsync(
            async entries =>
            {
                TrecRun run = new(entries.DistinctBy(e => (e.Item1, e.Item2)).Select(e => ($"q{e.Item1}", $"d{e.Item2}", e.Item3)));
                string path = Path.Combine(_folder.Path, "run.txt");
                await run.WriteAsync(path, "test");
                TrecRun read = await TrecRun.ReadAsync(path);
                Assert.Equal(run.Queries, read.Queries);
                Assert.All(run.Queries, q => Assert.Equal(run.Of(q), read.Of(q)));
            },
            iter: 30,
            threads: 1);
}
