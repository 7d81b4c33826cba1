using System.Diagnostics;
using System.Text.Json;

namespace R2Synth.Bench.Hosted;

/// <summary>The test server as a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int WarmUp = 3000;

    private readonly Process _process;

    private ServerProcess(Process process, string url) => (_process, Url) = (process, url);

    /// <summary>Base address up to and with <c>/v1</c>.</summary>
    public string Url { get; }

    /// <summary>CPU seconds that its start took.</summary>
    public double StartCpuSeconds { get; private set; }

    /// <summary>Starts one that has compiled its code: it stands for a model's server, which does not do so on the client's cores while it is measured.</summary>
    /// <param name="arguments">Its flags.</param>
    public static async Task<ServerProcess> StartAsync(string arguments)
    {
        string path = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "testserver.path"))).Trim();
        Process process = Process.Start(new ProcessStartInfo("dotnet", $"\"{path}\" {arguments} --warm-up {WarmUp}") { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The test server did not start.");
        string url = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The test server gave no address.");
        ServerProcess server = new(process, url);
        server.StartCpuSeconds = (await server.StatisticsAsync()).GetProperty("cpu_seconds").GetDouble();
        return server;
    }

    /// <summary>Its counters, by name.</summary>
    public async Task<JsonElement> StatisticsAsync()
    {
        using HttpClient http = new();
        return JsonDocument.Parse(await http.GetStringAsync(new Uri(new Uri(Url), "/stats"))).RootElement;
    }

    /// <summary>Ends it at once, its connections with it.</summary>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
