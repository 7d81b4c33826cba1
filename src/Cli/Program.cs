using System.Globalization;

namespace R2Synth.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        return R2SynthApp.RunAsync(args, Console.Out, Console.Error, AppEnvironment.OfProcess());
    }
}
