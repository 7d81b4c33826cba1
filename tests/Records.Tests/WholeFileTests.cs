using System.Text;

namespace R2Synth.Records.Tests;

public sealed class WholeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_made_with_its_folder_and_replaced()
    {
        string path = Path.Combine(_folder.Path, "shards", "a.jsonl");
        await WholeFile.WriteTextAsync(path, "a longer one");
        await WholeFile.WriteAsync(path, async stream =>
        {
            await using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
            await writer.WriteAsync("é");
        });

        Assert.Equal("é"u8.ToArray(), await File.ReadAllBytesAsync(path));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "shards")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_leaves_the_old_file_and_no_other(bool disk)
    {
        string path = Path.Combine(_folder.Path, "a.jsonl");
        await WholeFile.WriteTextAsync(path, "old");

        Exception? fault = await Record.ExceptionAsync(() => WholeFile.WriteAsync(path, async stream =>
        {
            await stream.WriteAsync("half"u8.ToArray());
            throw disk ? new IOException("No space left on device") : new OperationCanceledException();
        }));

        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
        if (disk)
        {
            Assert.Matches(@"a\.jsonl: cannot be written: No space left on device \([\d.]+ MiB free\)", Assert.IsType<InputException>(fault).Message);
        }
        else
        {
            Assert.IsType<OperationCanceledException>(fault);
        }
    }

    [Fact]
    public async Task A_folder_in_the_way_is_named()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "a.jsonl"));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => WholeFile.WriteTextAsync(Path.Combine(_folder.Path, "a.jsonl"), "text"));
        Assert.Contains("a.jsonl: cannot be written", fault.Message, StringComparison.Ordinal);
    }
}
