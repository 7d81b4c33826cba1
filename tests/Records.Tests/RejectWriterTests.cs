namespace R2Synth.Records.Tests;

public sealed class RejectWriterTests
{
    [Fact]
    public async Task A_line_looks_like_this()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run", "rejects.jsonl");
        await using (RejectWriter writer = new(path))
        {
            await writer.WriteAsync(new Reject { Id = "e5-00000007", Recipe = "e5", Stage = "dedup", Reason = "near-duplicate", Detail = "of „e5-3“" });
            await writer.CompleteAsync();
        }

        Assert.Equal("{\"id\":\"e5-00000007\",\"recipe\":\"e5\",\"stage\":\"dedup\",\"reason\":\"near-duplicate\",\"detail\":\"of „e5-3“\"}\n", await File.ReadAllTextAsync(path));
    }
}
