using System.CommandLine;

namespace R2Synth.Cli.Commands;

/// <summary><c>--json</c>, the same on every verb that has it.</summary>
internal static class JsonFlag
{
    public static Option<bool> Create() => new("--json") { Description = "Print JSON for machines." };
}
