using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public sealed class ImportedRunTests : IDisposable
{
    private static readonly Passage[] Four = Corpus.Of("a", "b", "c", "d");
    private readonly string _folder = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rankings_come_by_the_querys_id_in_the_order_of_their_scores()
    {
        ImportedRun run = await ReadAsync("q1 Q0 d2 1 9.5 x\nq1 Q0 d0 2 9.5 x\n\nq2\tQ0\td1\t1\t-1e3\tx\nq1 Q0 d3 3 1 x\n");
        Assert.Equal(2, run.Queries);
        Assert.Equal([new Hit(2, 9.5), new Hit(0, 9.5), new Hit(3, 1)], await run.RankAsync(new("q1", "any text"), 10));
        Assert.Equal([new Hit(2, 9.5)], await run.RankAsync(new("q1", ""), 1));
        Assert.Empty(await run.RankAsync(new("q9", ""), 10));
        Assert.Empty(run.Misfits(["q1", "q2"]));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await run.SearchAsync("q1", 1));
    }

    [Fact]
    public async Task What_does_not_fit_is_counted_and_named()
    {
        ImportedRun run = await ReadAsync("q1 Q0 d2 1 1 x\nq1 Q0 d0 2 5 x\nq1 Q0 gone 3 0.5 x\nq2 Q0 d1 1 3 x\nq2 Q0 d3 1 2 x\nq3 Q0 d1 0 3 x\n");
        Assert.Equal([new Hit(0, 5), new Hit(2, 1)], await run.RankAsync(new("q1", ""), 10));
        Assert.Equal((1, "gone", 2), (run.UnknownDocids, run.FirstUnknownDocid, run.MisrankedQueries));
        IReadOnlyList<string> misfits = run.Misfits(["q1", "q2", "q7"]);
        Assert.Equal(4, misfits.Count);
        Assert.Contains("1 of 3 queries are not in it", misfits[0], StringComparison.Ordinal);
        Assert.Contains("1 of its 3 queries are not asked for", misfits[1], StringComparison.Ordinal);
        Assert.Contains("1 of its lines name passages that are not in the corpus, 'gone' first", misfits[2], StringComparison.Ordinal);
        Assert.Contains("ranks of 2 queries", misfits[3], StringComparison.Ordinal);
        Assert.Contains("ranks not one of the 1 queries, 'q7' first", Assert.Throws<InputException>(() => run.Misfits(["q7"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("q1 Q0 d2 1 1 x\nq1 Q0 d2 2 0.5 x\n", "line 2: query 'q1' ranks passage 'd2' twice")]
    [InlineData("q1 Q0 d2 1 1 x\nq1 Q0 no 2 1 x\nq1 Q0 no 3 0 x\n", "line 3: query 'q1' ranks passage 'no' twice")]
    [InlineData("q1 Q0 d2 1 1\n", "line 1: 5 fields")]
    [InlineData("q1 Q0 d2 first 1 x\n", "the rank is 'first'")]
    [InlineData("q1 Q0 d2 -1 1 x\n", "the rank is '-1'")]
    [InlineData("q1 Q0 d2 1 NaN x\n", "the score is 'NaN'")]
    [InlineData("q1 Q0 d2 1 1,5 x\n", "the score is '1,5'")]
    [InlineData("\n", "holds no line")]
    [InlineData("q1 Q0 p1 1 1 x\n", "not one of its passages is in the corpus, 'p1' first")]
    public async Task A_broken_run_is_refused_with_its_line(string text, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<InputException>(() => ReadAsync(text))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_run_is_named() =>
        Assert.Contains("none.run' does not exist", (await Assert.ThrowsAsync<InputException>(() => ImportedRun.ReadAsync(Path.Combine(_folder, "none.run"), Four))).Message, StringComparison.Ordinal);

    private async Task<ImportedRun> ReadAsync(string text)
    {
        string path = Path.Combine(_folder, "a.run");
        await File.WriteAllTextAsync(path, text);
        return await ImportedRun.ReadAsync(path, Four);
    }
}
