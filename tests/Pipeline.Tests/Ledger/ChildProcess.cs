using System.Diagnostics;
using System.Text;
using R2Synth.Pipeline.Ledger;

namespace R2Synth.Pipeline.Tests.Ledger;

/// <summary>Another process for the tests that kill one: this assembly, started as a program.</summary>
internal static class ChildProcess
{
    /// <summary>Starts a job; its lines come on standard output.</summary>
    public static Process Start(string job, string path) =>
        Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(ChildProcess).Assembly.Location, job, path]) { RedirectStandardOutput = true })
        ?? throw new InvalidOperationException("dotnet did not start.");

    private static async Task<int> Main(string[] arguments)
    {
        await using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        switch (arguments)
        {
            case ["put", string path]:
                await PutAsync(path, TextWriter.Synchronized(output));
                return 0;
            case ["hold", string path]:
                await using (await RunFolder.OpenAsync(path, []))
                {
                    await output.WriteLineAsync("held");
                    await Task.Delay(Timeout.Infinite);
                }

                return 0;
            default:
                return 2;
        }
    }

    /// <summary>Puts without end from eight writers, and prints each key once the cache has said that it is kept.</summary>
    private static async Task PutAsync(string path, TextWriter output)
    {
        CallCache cache = CallCache.Open(path);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (int n = 0; ; n++)
            {
                string key = $"{Environment.ProcessId}-{writer}-{n}";
                await cache.PutAsync(key, new CachedCall { Reply = Encoding.UTF8.GetBytes($"reply to {key}"), TokensRead = n });
                await output.WriteLineAsync(key);
            }
        }));
    }
}
