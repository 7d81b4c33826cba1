namespace R2Synth.Cli;

/// <summary>Several findings in one message.</summary>
internal static class Findings
{
    /// <summary>One finding as it stands; more as an indented list under their number.</summary>
    public static string Join(IReadOnlyList<string> findings, string what) => findings.Count == 1
        ? findings[0]
        : $"{findings.Count} {what} have to be mended:\n{string.Join('\n', findings.Select(f => "  " + f))}";
}
