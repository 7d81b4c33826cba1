using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace R2Synth.Bench.Hosted;

/// <summary>
/// Throughput against the test server, as Markdown. Server and client are processes of their own, so that CPU and memory are told apart.
/// Flags: <c>--records</c> (10,000), <c>--long</c> (records of the long run; 0 leaves it out), <c>--only</c> (letters of the scenarios).
/// </summary>
internal static class HostedBench
{
    private const int Places = 64, LatencyMilliseconds = 50;
    private const double Ceiling = Places * 1000.0 / LatencyMilliseconds;

    // Latency and places of three servers: 640, 320 and 320 replies a second.
    private static readonly (int Latency, int Places)[] Fleet = [(25, 16), (50, 16), (100, 32)];

    public static async Task RunAsync(string[] args)
    {
        Flags flags = new(args);
        int records = flags.Number("records", 10_000), longRun = flags.Number("long", 0);
        string only = flags.Text("only") ?? "abcde";
        TextWriter report = Console.Out;
        await report.WriteLineAsync($"{records} records, {Places} in flight, {LatencyMilliseconds} ms: the ceiling is {Ceiling:F0} replies a second.\n");
        await report.WriteLineAsync("| what | per second | ratio | CPU s per 1,000 | peak MB | first request, ms | server CPU s per 1,000 | requests beyond need | lost |");
        await report.WriteLineAsync("|---|---|---|---|---|---|---|---|---|");
        double calm = double.NaN;
        if (only.Contains('a')) await RowAsync(report, "(a) bare HttpClient loop", await MeasureAsync("bare", records, $"--latency-ms {LatencyMilliseconds}"), Ceiling);
        if (only.Contains('b'))
        {
            Measured run = await MeasureAsync("client", records, $"--latency-ms {LatencyMilliseconds}");
            calm = run.Rate;
            await RowAsync(report, "(b) fault-free", run, Ceiling);
        }

        if (only.Contains('c') && longRun > 0) await RowAsync(report, $"(c) {longRun} records", await MeasureAsync("client", longRun, $"--latency-ms {LatencyMilliseconds}"), Ceiling);
        if (only.Contains('d'))
        {
            // 7 % of the requests, of which 5 parts are 429 and 2 parts 500 or a reset.
            string faults = string.Join(',', Enumerable.Repeat("TooManyRequests", 5).Concat(["ServerError", "ConnectionReset"]));
            await RowAsync(report, "(d) 5 % 429, 2 % 500 or reset (ratio to b)", await MeasureAsync("client", records, $"--latency-ms {LatencyMilliseconds} --fault-share 0.07 --faults {faults}"), calm);
        }

        if (only.Contains('e')) await FleetAsync(report, records);
    }

    private static async Task FleetAsync(TextWriter report, int records)
    {
        double ceiling = Fleet.Sum(server => server.Places * 1000.0 / server.Latency), sum = 0, second = 0;
        for (int i = 0; i < Fleet.Length; i++)
        {
            (int latency, int places) = Fleet[i];
            await using ServerProcess server = await ServerProcess.StartAsync($"--latency-ms {latency} --places {places}");
            Measured alone = await MeasureAsync("bare", records / 4, [(server, places)], null);
            sum += alone.Rate;
            if (i == 1) second = alone.Rate;
            await RowAsync(report, $"(e) bare HttpClient loop, server {i + 1} alone: {places} places, {latency} ms", alone, places * 1000.0 / latency);
        }

        Measured three = await MeasureFleetAsync(records, killAfter: null);
        await RowAsync(report, $"(e) three servers (ratio to the sum of the three rows above, {sum:F0}; {three.Rate / ceiling:F3} of {ceiling:F0})", three, sum);
        TimeSpan half = TimeSpan.FromSeconds(records / ceiling / 2);
        Measured run = await MeasureFleetAsync(records, half);
        double others = sum - second;
        // From one second after the kill to the last record.
        run = run with { Rate = run.Client.RateBetween(run.KilledMilliseconds + 1000, long.MaxValue) };
        await RowAsync(report, $"(e) the second of them killed half way: rate afterwards (ratio to {others:F0})", run, others);
    }

    private static async Task<Measured> MeasureAsync(string command, int records, string serverFlags)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(serverFlags);
        return await MeasureAsync(command, records, [(server, Places)], null);
    }

    private static async Task<Measured> MeasureFleetAsync(int records, TimeSpan? killAfter)
    {
        List<(ServerProcess Server, int Places)> servers = [];
        try
        {
            foreach ((int latency, int places) in Fleet) servers.Add((await ServerProcess.StartAsync($"--latency-ms {latency} --places {places}"), places));
            return await MeasureAsync("client", records, servers, killAfter);
        }
        finally
        {
            foreach ((ServerProcess server, _) in servers) await server.DisposeAsync();
        }
    }

    private static async Task<Measured> MeasureAsync(string command, int records, List<(ServerProcess Server, int Places)> servers, TimeSpan? killAfter)
    {
        string folder = Path.Combine("outputs", "bench-hosted");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        string urls = string.Join(' ', servers.Select(server => $"--url {server.Server.Url} --places {server.Places}"));
        long started = Now(), killed = 0;
        using Process client = Process.Start(new ProcessStartInfo(
            "dotnet", $"\"{typeof(HostedBench).Assembly.Location}\" {command} --records {records} --folder {folder} {urls}")
        { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The client did not start.");
        Task<string> output = client.StandardOutput.ReadToEndAsync();
        if (killAfter is { } span)
        {
            while ((await servers[1].Server.StatisticsAsync()).GetProperty("requests").GetInt32() == 0) await Task.Delay(50);
            await Task.Delay(span);
            servers[1].Server.Kill();
            killed = Now();
        }

        await client.WaitForExitAsync();
        string line = (await output).TrimEnd().Split('\n')[^1];
        if (client.ExitCode != 0) throw new InvalidOperationException($"The client ended with code {client.ExitCode}: {line}");
        List<JsonElement> statistics = [];
        foreach ((ServerProcess server, _) in servers.Where((_, place) => killed == 0 || place != 1)) statistics.Add(await server.StatisticsAsync());
        ClientFigures figures = ClientFigures.Read(line);
        double serverCpu = statistics.Sum(server => server.GetProperty("cpu_seconds").GetDouble()) - servers.Where((_, place) => killed == 0 || place != 1).Sum(server => server.Server.StartCpuSeconds);
        return new Measured(figures, figures.Records / figures.Seconds, statistics, serverCpu, started, killed);
    }

    private static Task RowAsync(TextWriter report, string what, Measured run, double baseline)
    {
        double Sum(string name) => run.Servers.Sum(server => server.GetProperty(name).GetDouble());
        long first = run.Servers.Min(server => server.GetProperty("first_request_ms").GetInt64());
        ClientFigures client = run.Client;
        // Requests to a server that was killed are not known.
        string beyond = run.KilledMilliseconds > 0 ? "" : $"{Math.Max(0, Sum("requests") - Sum("faulty") - client.Records - client.Probes):F0}"; // a probe may have met a fault
        return report.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {run.Rate:F0} | {run.Rate / baseline:F3} | {client.CpuSeconds * 1000 / client.Records:F2} | {client.PeakBytes / 1e6:F0} | {first - run.StartedMilliseconds} | {run.ServerCpuSeconds * 1000 / client.Records:F2} | {beyond} | {client.Records - client.Written} |"));
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="Client">The client's own figures.</param>
    /// <param name="Rate">Records a second.</param>
    /// <param name="Servers">The servers' counters, without one that was killed.</param>
    /// <param name="ServerCpuSeconds">Their CPU since they were started.</param>
    /// <param name="StartedMilliseconds">When the client's process was started.</param>
    /// <param name="KilledMilliseconds">When a server was killed; 0 for never.</param>
    private sealed record Measured(ClientFigures Client, double Rate, IReadOnlyList<JsonElement> Servers, double ServerCpuSeconds, long StartedMilliseconds, long KilledMilliseconds);
}
