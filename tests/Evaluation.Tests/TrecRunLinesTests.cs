using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Evaluation.Tests;

public sealed class TrecRunLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Any_reader_sorts_the_scores_into_the_order_of_the_hits()
    {
        // Equal in single precision, equal at all, and in the order that trec_eval would turn round: rising docids.
        Passage[] passages = [.. Enumerable.Range(0, 6).Select(i => new Passage { Docid = $"d{i}", Text = "x" })];
        Hit[] hits = [new(0, 1), new(1, 1), new(2, 1 - 1e-12), new(3, 0.5), new(4, 0), new(5, -0.0)];
        string path = Path.Combine(_folder.Path, "a.run");
        string[] lines = [.. TrecRunLines.Of("q", hits, passages, "tag")];
        await File.WriteAllLinesAsync(path, lines);
        Assert.Equal("q Q0 d0 1 1 tag", lines[0]);
        Assert.Equal("q Q0 d3 4 0.5 tag", lines[3]);

        TrecRun run = await TrecRun.ReadAsync(path);
        Assert.Equal(["d0", "d1", "d2", "d3", "d4", "d5"], run.Of("q").Select(entry => entry.Docid));
        Assert.All(run.Of("q").Zip(run.Of("q").Skip(1)), pair => Assert.True((float)pair.First.Score > (float)pair.Second.Score));
    }

    [Fact]
    public void An_id_with_a_blank_is_refused()
    {
        Passage[] passages = [new Passage { Docid = "d 0", Text = "x" }];
        Assert.Contains("'d 0' cannot be written", Assert.Throws<InputException>(() => TrecRunLines.Of("q", [new(0, 1)], passages, "t").ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains("'q 1' cannot be written", Assert.Throws<InputException>(() => TrecRunLines.Of("q 1", [new(0, 1)], passages, "t").ToArray()).Message, StringComparison.Ordinal);
    }
}
