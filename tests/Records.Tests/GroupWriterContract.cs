using CsCheck;

namespace R2Synth.Records.Tests;

/// <summary>What every writer of groups keeps, with its reader.</summary>
public abstract class GroupWriterContract : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected string Path(string name) => System.IO.Path.Combine(_folder.Path, name);

    protected string[] Names() => _folder.Names();

    public void Dispose() => _folder.Dispose();

    protected abstract Task WriteAsync(string path, IEnumerable<Group> groups, bool complete = true);

    protected abstract IAsyncEnumerable<Group> ReadAsync(string path);

    [Fact]
    public async Task No_group_gives_a_file_without_groups()
    {
        await WriteAsync(Path("a"), []);
        Assert.Empty(await AllAsync(Path("a")));
    }

    [Fact]
    public async Task Groups_come_back_as_they_were()
    {
        Group[] groups = [Samples.Group(1, Samples.Negative(2), Samples.Negative(3)), Samples.Bare(2), Samples.Group(3)];
        await WriteAsync(Path("a"), groups);
        Assert.Equal(groups.Select(GroupJson.Serialize), (await AllAsync(Path("a"))).Select(GroupJson.Serialize));
    }

    [Fact]
    public async Task Any_groups_come_back_as_they_were() => await Samples.GenGroup.Array[0, 8].SampleAsync(async groups =>
    {
        await WriteAsync(Path("any"), groups);
        return (await AllAsync(Path("any"))).Select(GroupJson.Serialize).SequenceEqual(groups.Select(GroupJson.Serialize));
    }, iter: 40, threads: 1);

    [Fact]
    public async Task Infinite_and_absent_numbers_come_back()
    {
        Group group = Samples.Group(1) with { Quality = new(StringComparer.Ordinal) { ["inf"] = double.NegativeInfinity, ["nan"] = double.NaN, ["tiny"] = double.Epsilon } };
        await WriteAsync(Path("a"), [group]);
        Assert.Equal(group.Quality, Assert.Single(await AllAsync(Path("a"))).Quality);
    }

    [Fact]
    public async Task The_same_groups_give_the_same_bytes()
    {
        Group[] groups = [.. Enumerable.Range(0, 50).Select(i => Samples.Group(i, Samples.Negative(i)))];
        await WriteAsync(Path("a"), groups);
        await WriteAsync(Path("b"), groups);
        Assert.Equal(await File.ReadAllBytesAsync(Path("a")), await File.ReadAllBytesAsync(Path("b")));
    }

    [Fact]
    public async Task An_unfinished_file_leaves_the_old_one_and_nothing_else()
    {
        await WriteAsync(Path("a"), [Samples.Bare(1)]);
        await WriteAsync(Path("a"), [Samples.Group(2)], complete: false);
        Assert.Equal(["a"], Names());
        Assert.Equal("bare-00000001", Assert.Single(await AllAsync(Path("a"))).Id);
    }

    [Fact]
    public async Task A_full_disk_is_named_and_leaves_nothing()
    {
        File.CreateSymbolicLink(Path("a.tmp"), "/dev/full");   // the temporary name: every write there fails as on a full disk
        InputException e = await Assert.ThrowsAsync<InputException>(() => WriteAsync(Path("a"), Enumerable.Range(0, 3000).Select(i => Samples.Group(i))));
        Assert.StartsWith($"{Path("a")}: cannot be written: No space left on device", e.Message, StringComparison.Ordinal);
        Assert.Contains(" MiB free)", e.Message, StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(Path("file"), "");
        InputException e = await Assert.ThrowsAsync<InputException>(() => WriteAsync(Path("file/a"), []));
        Assert.StartsWith($"{Path("file/a")}: cannot be written: ", e.Message, StringComparison.Ordinal);
    }

    protected async Task<List<Group>> AllAsync(string path)
    {
        List<Group> groups = [];
        await foreach (Group group in ReadAsync(path))
            groups.Add(group);
        return groups;
    }
}
