using R2Synth.Inference.Prompts;

namespace R2Synth.Inference.Tests.Prompts;

/// <summary>A temporary folder of prompt files.</summary>
internal sealed class PromptFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("r2synth-prompts-").FullName;

    public static Prompt Load(string yaml)
    {
        using PromptFolder folder = new();
        folder.Write("test/one.yaml", yaml);
        return PromptLibrary.Load(folder.Path).Get("test/one", weak: false);
    }

    public void Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
