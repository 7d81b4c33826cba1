using System.Text;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Tests.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Reporting;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_made_with_its_folder_and_replaced()
    {
        string path = _folder.File("shards/a.jsonl");
        await AtomicFile.WriteTextAsync(path, "a longer one");
        await AtomicFile.WriteAsync(path, async stream =>
        {
            // As a Parquet writer does.
            await using StreamWriter writer = new(stream, new UTF8Encoding(false));
            await writer.WriteAsync("é");
        });

        Assert.Equal("é"u8.ToArray(), await File.ReadAllBytesAsync(path));
        Assert.Single(Directory.GetFiles(_folder.File("shards")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_leaves_the_old_file_and_no_other(bool disk)
    {
        string path = _folder.File("a.jsonl");
        await AtomicFile.WriteTextAsync(path, "old");

        Exception? fault = await Record.ExceptionAsync(() => AtomicFile.WriteAsync(path, async stream =>
        {
            await stream.WriteAsync("half"u8.ToArray());
            throw disk ? new IOException("No space left on device") : new OperationCanceledException();
        }));

        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
        if (disk)
        {
            Assert.Matches(@"a\.jsonl cannot be written: No space left on device \([\d,]+ MB free\)", Assert.IsType<InputException>(fault).Message);
        }
        else
        {
            Assert.IsType<OperationCanceledException>(fault);
        }
    }

    [Fact]
    public async Task A_folder_in_the_way_is_named()
    {
        Directory.CreateDirectory(_folder.File("a.jsonl"));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AtomicFile.WriteTextAsync(_folder.File("a.jsonl"), "text"));
        Assert.Contains("a.jsonl cannot be written", fault.Message, StringComparison.Ordinal);
    }
}
