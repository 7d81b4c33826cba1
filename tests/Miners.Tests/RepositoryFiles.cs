using R2Synth.Inference.Prompts;

namespace R2Synth.Miners.Tests;

/// <summary>Prompts and models as they stand in the repository.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = Find();

    public static PromptLibrary Prompts { get; } = PromptLibrary.Load(Path.Combine(Root, "prompts"));

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "R2Synth.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("R2Synth.sln is not above the tests.");
    }
}
