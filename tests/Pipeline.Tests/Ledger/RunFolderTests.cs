using R2Synth.Pipeline.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_settings_in_any_order_resume()
    {
        string path = _folder.File("run");
        await using (RunFolder first = await RunFolder.OpenAsync(path, [new("seed", "1"), new("Generator", "embedded")]))
        {
            Assert.False(first.Resumed);
            Assert.True(File.Exists(first.File("ledger.db")));
        }

        await using RunFolder second = await RunFolder.OpenAsync(path, [new("Generator", "embedded"), new("seed", "1")]);
        Assert.True(second.Resumed);
    }

    [Fact]
    public async Task Other_settings_are_listed_with_both_values()
    {
        string path = _folder.File("run");
        await using (await RunFolder.OpenAsync(path, [new("seed", "1"), new("Generator", "embedded"), new("Gone", "x"), new("Same", "y")]))
        {
        }

        InputException fault = await Assert.ThrowsAsync<InputException>(
            () => RunFolder.OpenAsync(path, [new("seed", "2"), new("Generator", "embedded"), new("Added", "z"), new("Same", "y")]));

        Assert.Equal(
            $"""
            --out {path} holds a run with other settings:
              Added: not set then, 'z' now
              Gone: 'x' then, not set now
              seed: '1' then, '2' now
            Give another --out for the new settings, or the old settings to go on with this run.
            """,
            fault.Message);
        await using RunFolder again = await RunFolder.OpenAsync(path, [new("seed", "1"), new("Generator", "embedded"), new("Gone", "x"), new("Same", "y")]);
        Assert.True(again.Resumed);
    }

    [Fact]
    public async Task A_folder_with_something_else_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(_folder.File("thesis.tex"), "");

        InputException fault = await Assert.ThrowsAsync<InputException>(() => RunFolder.OpenAsync(_folder.Path, []));

        Assert.Contains("not empty and not a run: it holds 'thesis.tex'", fault.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_file_is_refused()
    {
        await File.WriteAllTextAsync(_folder.File("run"), "");
        InputException fault = await Assert.ThrowsAsync<InputException>(() => RunFolder.OpenAsync(_folder.File("run"), []));
        Assert.Contains("is a file", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_killed_before_its_ledger_was_made_begins_anew()
    {
        await File.WriteAllTextAsync(_folder.File("run.lock"), "");
        await using RunFolder folder = await RunFolder.OpenAsync(_folder.Path, []);
        Assert.False(folder.Resumed);
    }

    [Fact]
    public async Task Two_at_once_in_one_process_are_refused_too()
    {
        await using RunFolder first = await RunFolder.OpenAsync(_folder.Path, []);
        await Assert.ThrowsAsync<InputException>(() => RunFolder.OpenAsync(_folder.Path, []));
    }

    [Fact]
    public async Task A_key_given_twice_is_our_fault()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => RunFolder.OpenAsync(_folder.File("run"), [new("a", "1"), new("a", "1")]));
        await using RunFolder folder = await RunFolder.OpenAsync(_folder.File("run"), []);
    }
}
