using System.Text;
using Microsoft.Extensions.Configuration;
using R2Synth.Testing;

// Usage: R2Synth.TestServer [port] [--port N] [--latency-ms N] [--tokens-per-second N] [--places N] [--requests-per-minute N] [--retry-after-ms N]
//   [--refuse-with-retry-after true] [--fault-share X] [--faults A,B] [--fault-seed N] [--fault-repeats N] [--duplicates X] [--keep-bodies true] [--model NAME]
//   [--warm-up N]: answers N requests of its own first, so that a measurement meets compiled code, as a real server's is
// Prints its address, serves until Ctrl-C or SIGTERM, prints its counters as a line of JSON; they are also at /stats.

// The runtime then answers on the threads that wait for the sockets, a hop less a request. It has no other switch for it.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
bool portFirst = args.Length > 0 && !args[0].StartsWith("--", StringComparison.Ordinal);
IConfiguration flags = new ConfigurationBuilder().AddCommandLine(portFirst ? ["--port", .. args] : args).Build();
TestServerOptions options = new()
{
    Port = flags.GetValue("port", 0),
    Model = flags["model"],
    Latency = TimeSpan.FromMilliseconds(flags.GetValue("latency-ms", 0.0)),
    TokensPerSecond = flags.GetValue<double?>("tokens-per-second"),
    Places = flags.GetValue<int?>("places"),
    RequestsPerMinute = flags.GetValue<int?>("requests-per-minute"),
    RetryAfter = TimeSpan.FromMilliseconds(flags.GetValue("retry-after-ms", 1000.0)),
    RefuseWithRetryAfter = flags.GetValue("refuse-with-retry-after", false),
    FaultShare = flags.GetValue("fault-share", 0.0),
    FaultSeed = flags.GetValue("fault-seed", 0L),
    FaultRepeats = flags.GetValue("fault-repeats", 1),
    DuplicateReplies = flags.GetValue("duplicates", 0.0),
    KeepBodies = flags.GetValue("keep-bodies", false),
};
if (flags["faults"] is { } faults) options.Faults = [.. faults.Split(',').Select(Enum.Parse<ServerFault>)];
if (flags.GetValue("warm-up", 0) is > 0 and int warmUp) await WarmUp.RunAsync(warmUp);
await using TestServer server = await TestServer.StartAsync(options);
await Console.Out.WriteLineAsync(server.Url);
await server.WaitForShutdownAsync();
await Console.Out.WriteLineAsync(Encoding.UTF8.GetString(server.StatisticsJson()));
