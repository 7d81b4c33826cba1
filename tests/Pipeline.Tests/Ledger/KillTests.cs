using System.Diagnostics;
using System.Text;
using R2Synth.Pipeline.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class KillTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_acknowledged_call_survives_kill_9_of_two_processes()
    {
        string path = _folder.File("cache.db");
        List<string> acknowledged = [];
        for (int round = 0; round < 4; round++)
        {
            int seed = round;
            string[][] lines = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => PutUntilKilledAsync(path, new UnitSeed(seed, "kill", n).Next(400)))).WaitAsync(Limit);
            acknowledged.AddRange(lines.SelectMany(some => some));
        }

        await using CallCache cache = CallCache.Open(path);
        Assert.True(acknowledged.Count > 20);
        Assert.All(acknowledged, key => Assert.Equal($"reply to {key}", Encoding.UTF8.GetString(cache.TryGet(key)?.Reply ?? [])));
    }

    [Fact]
    public async Task A_run_is_held_by_one_process_and_free_once_that_is_killed()
    {
        using Process child = ChildProcess.Start("hold", _folder.Path);
        Assert.Equal("held", await child.StandardOutput.ReadLineAsync().WaitAsync(Limit));

        InputException fault = await Assert.ThrowsAsync<InputException>(() => RunFolder.OpenAsync(_folder.Path, []));
        Assert.Contains("another process is running there", fault.Message, StringComparison.Ordinal);

        child.Kill();
        await child.WaitForExitAsync().WaitAsync(Limit);
        await using RunFolder folder = await RunFolder.OpenAsync(_folder.Path, []);
        Assert.True(folder.Resumed);
    }

    /// <summary>Kills after some acknowledged puts (a number, not a time, so that a slow machine kills no earlier), and gives all whole lines.</summary>
    private static async Task<string[]> PutUntilKilledAsync(string path, int after)
    {
        using Process child = ChildProcess.Start("put", path);
        StringBuilder output = new();
        char[] buffer = new char[256];
        int lines = 0;
        while (true)
        {
            int read = await child.StandardOutput.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }

            output.Append(buffer, 0, read);
            lines += buffer.AsSpan(0, read).Count('\n');
            if (lines > after && !child.HasExited)
            {
                child.Kill();
            }
        }

        await child.WaitForExitAsync();
        string text = output.ToString();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
