using Xunit.Abstractions;

namespace R2Synth.EndToEnd.Tests;

/// <summary>Memory does not grow with the number of groups.</summary>
[Collection(ModelRuns.Name)]
public sealed class MemoryTests(FirstRun first, ITestOutputHelper output)
{
    private const long Most = 1_500_000_000;

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Four_times_the_groups_need_no_more_memory()
    {
        long few = (await first.Place.RunAsync(Command(4))).Ended(0).PeakBytes;
        long many = (await first.Place.RunAsync(Command(16))).Ended(0).PeakBytes;
        output.WriteLine($"{few:N0} bytes for 4 groups, {many:N0} for 16");

        Assert.InRange(few, 1, Most);
        Assert.InRange(many, 1, Most);
        Assert.True(many <= few * 1.1, $"{many:N0} bytes at most for 16 groups, {few:N0} for 4");
    }

    private static string[] Command(int count) => Workplace.Run("gecko", count, $"memory{count}", $"memory{count}.db", "--set", "Mining:Candidates=2");
}
