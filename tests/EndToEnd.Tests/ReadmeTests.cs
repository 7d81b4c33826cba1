using System.Text.RegularExpressions;
using R2Synth.Records;
using Group = R2Synth.Records.Group;

namespace R2Synth.EndToEnd.Tests;

/// <summary>The README's two commands, as they stand there.</summary>
[Collection(ModelRuns.Name)]
public sealed partial class ReadmeTests
{
    private const string Output = "outputs/first";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    [Fact]
    public void The_test_command_is_what_CI_runs_word_for_word()
    {
        (_, string test) = Commands();

        string[] ci = File.ReadAllLines(Repository.Path(".ci", "run"));
        Assert.True(
            ci.Any(line => line.StartsWith(test, StringComparison.Ordinal)),
            $".ci/run has no line that begins with the README's test command:\n{test}");
    }

    [Fact]
    public async Task The_main_command_makes_the_groups_that_the_README_promises()
    {
        (string run, _) = Commands();
        Assert.Contains($"--out {Output}", run, StringComparison.Ordinal);
        string cache = Directory.CreateTempSubdirectory("r2synth-readme-").FullName;
        bool there = Directory.Exists(Repository.Path(Output));
        try
        {
            await using StartedProgram program = StartedProgram.Start(
                "bash", ["-c", run], Repository.Root,
                [
                    new("R2SYNTH_Cache__Path", Path.Combine(cache, "cache.db")), new("NO_COLOR", "1"), new("DOTNET_NOLOGO", "1"),
                    // A build server that stays behind would hold the output open.
                    new("MSBUILDDISABLENODEREUSE", "1"), new("DOTNET_CLI_USE_MSBUILD_SERVER", "0"), new("UseSharedCompilation", "false"),
                ]);
            (await program.EndAsync(Limit)).Ended(0);

            IReadOnlyList<Group> groups = await RunFiles.GroupsAsync(Repository.Path(Output));
            Assert.InRange(groups.Count(group => group.Recipe == "gecko"), 20, int.MaxValue);
            Assert.InRange(groups.Count(group => group.Recipe == "e5"), 10, int.MaxValue);
            Assert.Contains(groups, group => group.Positives.Any(positive => positive.Origin == Origin.Relabelled && positive.Docid != group.SeedDocid));
            Assert.All(groups, group => Assert.NotEmpty(group.Negatives));
            Assert.Equal([$"{groups.Count}"], RunFiles.Query($"SELECT count(*) FROM '{Repository.Path(Output, "shards", "*.parquet")}'"));
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
            if (!there && Directory.Exists(Repository.Path(Output))) Directory.Delete(Repository.Path(Output), recursive: true);
        }
    }

    /// <summary>The commands of the README's first two blocks of bash: the main job, and the tests.</summary>
    private static (string Run, string Test) Commands()
    {
        string readme = Repository.Path("README.md");
        Assert.True(File.Exists(readme), "README.md is missing at the top of the repository; its first screen must have the two commands.");
        string[] commands = [.. Blocks().Matches(File.ReadAllText(readme).ReplaceLineEndings("\n")).SelectMany(block => Lines(block.Groups["text"].Value))];
        string? run = commands.FirstOrDefault(command => command.StartsWith("dotnet run ", StringComparison.Ordinal));
        string? test = commands.FirstOrDefault(command => command.StartsWith("dotnet test ", StringComparison.Ordinal));
        Assert.True(
            run is not null && test is not null,
            $"README.md needs a ```bash block with 'dotnet run ...' for the main job and one with 'dotnet test ...'; its commands are:\n{string.Join('\n', commands)}");
        return (run, test);
    }

    // A line that ends in a backslash goes on; comments are no commands.
    private static IEnumerable<string> Lines(string block) => Continued().Replace(block, " ").Split('\n')
        .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    [GeneratedRegex(@"^```(?:bash|sh|shell|console)[ \t]*\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"[ \t]*\\\n[ \t]*")]
    private static partial Regex Continued();
}
