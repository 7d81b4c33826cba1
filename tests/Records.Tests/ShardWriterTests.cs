namespace R2Synth.Records.Tests;

public sealed class ShardWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shards_are_numbered_of_their_count()
    {
        IReadOnlyList<string> paths = await WriteAsync("train", 5, shardGroups: 2, jsonl: true);
        string[] names =
        [
            "train-00000-of-00003.parquet", "train-00001-of-00003.parquet", "train-00002-of-00003.parquet",
            "train-00000-of-00003.jsonl", "train-00001-of-00003.jsonl", "train-00002-of-00003.jsonl",
        ];
        Assert.Equal(names, paths.Select(p => Path.GetFileName(p)));
        Assert.Equal(names.Order(StringComparer.Ordinal), _folder.Names());
        int[] counts = await Task.WhenAll(paths.Take(3).Select(CountAsync));
        Assert.Equal([2, 2, 1], counts);
        Assert.Single(await File.ReadAllLinesAsync(paths[5]));
    }

    [Fact]
    public async Task Full_shards_leave_no_empty_one()
    {
        Assert.Equal(2, (await WriteAsync("train", 4, shardGroups: 2)).Count);
        Assert.Equal(2, _folder.Names().Length);
    }

    [Fact]
    public async Task No_group_gives_no_shard_and_takes_the_old_ones_away()
    {
        await WriteAsync("train", 3, shardGroups: 2);
        await WriteAsync("dev", 1, shardGroups: 2);
        Assert.Empty(await WriteAsync("train", 0, shardGroups: 2));
        Assert.Equal(["dev-00000-of-00001.parquet"], _folder.Names());
    }

    [Fact]
    public async Task Shards_of_another_run_go_and_other_files_stay()
    {
        _folder.File("train-notes.txt", "mine");
        _folder.File(".train-00007.parquet.part", "left by a killed run");
        _folder.File(".train-00007.jsonl.part.tmp", "left by a killed run");
        await WriteAsync("train", 5, shardGroups: 1, jsonl: true);
        await WriteAsync("train", 2, shardGroups: 1);
        Assert.Equal(["train-00000-of-00002.parquet", "train-00001-of-00002.parquet", "train-notes.txt"], _folder.Names());
    }

    [Fact]
    public async Task The_same_groups_give_the_same_files()
    {
        await WriteAsync("train", 5, shardGroups: 2, jsonl: true);
        Dictionary<string, byte[]> first = _folder.Names().ToDictionary(n => n, n => File.ReadAllBytes(Path.Combine(_folder.Path, n)));
        await WriteAsync("train", 5, shardGroups: 2, jsonl: true);
        Assert.Equal(first, _folder.Names().ToDictionary(n => n, n => File.ReadAllBytes(Path.Combine(_folder.Path, n))));
    }

    [Fact]
    public async Task A_run_that_ends_early_leaves_the_old_shards_alone()
    {
        await WriteAsync("train", 1, shardGroups: 2);
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "train-00000-of-00001.parquet"));
        await using (ShardWriter writer = new(_folder.Path, "train", 2, jsonl: true))
            for (int i = 0; i < 5; i++)
                await writer.WriteAsync(Samples.Group(i));
        Assert.Equal(["train-00000-of-00001.parquet"], _folder.Names());
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "train-00000-of-00001.parquet")));
    }

    [Fact]
    public async Task Groups_out_of_order_are_refused()
    {
        await using ShardWriter writer = new(_folder.Path, "train", 2);
        await writer.WriteAsync(Samples.Group(2));
        await Assert.ThrowsAsync<ArgumentException>(() => writer.WriteAsync(Samples.Group(2)));
        await Assert.ThrowsAsync<ArgumentException>(() => writer.WriteAsync(Samples.Group(1)));
    }

    [Fact]
    public async Task A_full_disk_is_named_and_leaves_no_parts()
    {
        InputException e = await Assert.ThrowsAsync<InputException>(async () =>
        {
            await using ShardWriter writer = new(_folder.Path, "train", 10_000);
            File.CreateSymbolicLink(Path.Combine(_folder.Path, ".train-00000.parquet.part.tmp"), "/dev/full");
            for (int i = 0; i < 3000; i++)
                await writer.WriteAsync(Samples.Group(i));
            await writer.CompleteAsync();
        });
        Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names());
    }

    private async Task<IReadOnlyList<string>> WriteAsync(string split, int groups, int shardGroups, bool jsonl = false)
    {
        await using ShardWriter writer = new(_folder.Path, split, shardGroups, jsonl);
        for (int i = 0; i < groups; i++)
            await writer.WriteAsync(Samples.Group(i));
        Assert.Equal(groups, writer.Groups);
        return await writer.CompleteAsync();
    }

    private static async Task<int> CountAsync(string path)
    {
        int count = 0;
        await foreach (Group _ in GroupParquetReader.ReadAsync(path))
            count++;
        return count;
    }
}
