using System.Globalization;
using R2Synth.Testing;

// Usage: R2Synth.TestServer [port]. Prints its address and serves until Ctrl-C.
TestServerOptions options = new() { Port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0 };
await using TestServer server = await TestServer.StartAsync(options);
await Console.Out.WriteLineAsync(server.Url);
await server.WaitForShutdownAsync();
