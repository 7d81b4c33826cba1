namespace R2Synth.Pipeline.Tests.Reporting;

/// <summary>Compares with an approved file beside the test; a person reads the file when it changes.</summary>
internal static class Approved
{
    /// <summary>Fails at the first line that differs, and says how to approve what came.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="actual">What came; lines end in LF.</param>
    public static void Check(string name, string actual)
    {
        string path = Path.Combine(Root(), "tests", "Pipeline.Tests", "Reporting", name);
        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected == actual)
        {
            return;
        }

        string received = Path.Combine(AppContext.BaseDirectory, $"received-{name}");
        File.WriteAllText(received, actual);
        string[] approvedLines = expected.Split('\n');
        string[] lines = actual.Split('\n');
        int line = approvedLines.Zip(lines).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail(
            $"""
            {name} differs at line {line + 1}.
              approved: {approvedLines.ElementAtOrDefault(line) ?? "(end of file)"}
              received: {lines.ElementAtOrDefault(line) ?? "(end of file)"}
            Where the new text is right: cp '{received}' '{path}'
            """);
    }

    // Not from the compiler's path: a CI build maps that away.
    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "R2Synth.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above the tests holds R2Synth.sln.");
    }
}
