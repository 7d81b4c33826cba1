using R2Synth.Inference.Prompts;

namespace R2Synth.Generators.Tests;

/// <summary>The prompts as they stand in the repository.</summary>
internal static class RepositoryPrompts
{
    public static PromptLibrary Library { get; } = PromptLibrary.Load(Path.Combine(Root(), "prompts"));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "R2Synth.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
