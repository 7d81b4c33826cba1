namespace R2Synth.Cli.Tests;

/// <summary>
/// Holds a text against an approved file. To approve a change: run the tests with APPROVE_INTO=tests/Cli.Tests/Approved (a full path), and review the diff.
/// </summary>
internal static class Approval
{
    public static void Matches(string name, string received)
    {
        string text = Plain(received);
        if (Environment.GetEnvironmentVariable("APPROVE_INTO") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
            return;
        }

        string path = Path.Combine(AppContext.BaseDirectory, "Approved", name);
        string approved = File.Exists(path) ? File.ReadAllText(path) : "";
        if (approved == text) return;

        string[] expected = approved.Split('\n');
        string[] found = text.Split('\n');
        int line = Enumerable.Range(0, Math.Max(expected.Length, found.Length)).First(i => expected.ElementAtOrDefault(i) != found.ElementAtOrDefault(i));
        Assert.Fail($"{name} differs from line {line + 1} on.\napproved: {expected.ElementAtOrDefault(line) ?? "(end)"}\nreceived: {found.ElementAtOrDefault(line) ?? "(end)"}\n\nreceived in full:\n{text}");
    }

    /// <summary>Without the blanks at the ends of lines that tables leave, with LF.</summary>
    public static string Plain(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).Trim('\n') + "\n";
}
