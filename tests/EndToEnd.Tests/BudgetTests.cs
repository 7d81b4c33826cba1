using System.Globalization;
using System.Text.Json;
using R2Synth.Testing;

namespace R2Synth.EndToEnd.Tests;

/// <summary>Runs that cost money, with a server that keeps its own bill; the judge stays in the process.</summary>
[Collection(ModelRuns.Name)]
public sealed class BudgetTests(FirstRun first)
{
    private const double PriceIn = 2, PriceOut = 8;

    [Fact]
    public async Task A_budget_ends_a_run_early_and_a_larger_one_ends_it_with_the_bytes_of_a_run_without()
    {
        await using TestServer open = await StartAsync();
        (await first.Place.RunAsync(Command(open, "unlimited"))).Ended(0);
        decimal whole = open.Statistics.Billed;
        Assert.Equal(whole, Spent("unlimited"));

        TestServer server = await StartAsync();
        await using (server)
        {
            decimal half = decimal.Round(whole / 2, 6);
            Outcome stopped = (await first.Place.RunAsync(Command(server, "tight", "--budget", Dollars(half)))).Ended(2);
            Assert.Contains("is used up: $", stopped.Error, StringComparison.Ordinal);
            Assert.EndsWith("Everything that was paid for is kept: run the same command with a larger --budget to go on.\n", stopped.Error, StringComparison.Ordinal);
            Assert.InRange(server.Statistics.Billed, 0.000001m, half);
            Assert.InRange(server.Requests, 1, open.Requests - 1);

            int before = server.Requests;
            (await first.Place.RunAsync(Command(server, "tight", "--budget", Dollars(half)))).Ended(2);
            Assert.InRange(server.Statistics.Billed, 0, half); // over both starts

            (await first.Place.RunAsync(Command(server, "tight", "--budget", Dollars(whole * 10)))).Ended(0);
            Assert.Equal(first.Place.Promised("unlimited"), first.Place.Promised("tight"));
            Assert.Equal(open.Requests, server.Requests); // no reply was paid for twice
            Assert.True(before <= server.Requests);
            Assert.Equal(whole, Spent("tight"));
        }

        // With the server gone: nobody is asked for anything.
        (await first.Place.RunAsync(Command(server, "tight", "--budget", Dollars(whole * 10)))).Ended(0);
        Assert.Equal(0, RunFiles.CallsMade(first.Place.Path("tight")));
        Assert.Equal(whole, Spent("tight"));
    }

    [Fact]
    public async Task A_dry_run_forecasts_what_the_run_will_read_and_pays_for_nothing()
    {
        await using TestServer server = await StartAsync();

        Outcome plan = (await first.Place.RunAsync(Command(server, "planned", "--dry-run", "--budget", "100"))).Ended(0);

        Assert.Equal((0, 0m), (server.Requests, server.Statistics.Billed));
        Assert.False(Directory.Exists(first.Place.Path("planned")));
        Assert.EndsWith("Budget: $100.00 is enough, whatever the replies are like.\n", plan.Out, StringComparison.Ordinal);
        Assert.Contains("corpus/embed", plan.Out, StringComparison.Ordinal);

        // What the server counted, against the forecast of all that it writes.
        (await first.Place.RunAsync(Command(server, "planned"))).Ended(0);
        double forecast = plan.Out.Split('\n').Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 3 && words[0] is "gecko/generate" or "e5/brainstorm" or "e5/generate" or "e5/negative")
            .Sum(words => double.Parse(words[3], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        Assert.InRange(server.Statistics.TokensRead, forecast * 0.7, forecast * 1.3);
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(new TestServerOptions { InputPrice = PriceIn, OutputPrice = PriceOut });

    private static string Dollars(decimal dollars) => dollars.ToString(CultureInfo.InvariantCulture);

    private static string[] Command(TestServer server, string name, params string[] more) => Workplace.Run(
        "e5 gecko", 4, name, $"{name}.db",
        [
            "--generator", "local-server", "--set", $"Backends:local-server:Endpoints:0:Url={server.Url}",
            "--set", $"Backends:local-server:Endpoints:0:PriceIn={PriceIn}", "--set", $"Backends:local-server:Endpoints:0:PriceOut={PriceOut}", .. more,
        ]);

    private decimal Spent(string run)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(first.Place.Path(run, "run.json")));
        return json.RootElement.GetProperty("money").GetProperty("spent").GetDecimal();
    }
}
