using R2Synth.Inference;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Models;

/// <summary>The models folder beside the settings file: its files, its <c>checksums.txt</c>, and who uses what.</summary>
internal static class ModelFolder
{
    /// <summary>The folder's name, beside the settings file.</summary>
    public const string FolderName = "models";

    private static readonly string[] Extensions = [".gguf", ".safetensors"];

    /// <summary>Every model file, by ordinal name. Nothing is hashed.</summary>
    /// <exception cref="InputException"><c>checksums.txt</c> is malformed.</exception>
    public static IReadOnlyList<ModelEntry> List(R2SynthOptions options, string settingsFolder)
    {
        string folder = Path.Combine(settingsFolder, FolderName);
        Dictionary<string, string> checksums = ModelChecksums.Read(folder);
        ILookup<string, string> users = options.Backends
            .SelectMany(b => BackendFactory.ModelFiles(b.Value, settingsFolder).Select(file => (File: file, Backend: b.Key)))
            .ToLookup(b => b.File, b => b.Backend, StringComparer.Ordinal);
        IEnumerable<string> present = Directory.Exists(folder)
            ? Directory.GetFiles(folder).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            : [];
        return
        [
            .. present.Concat(checksums.Keys).Concat(users.Select(u => u.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(path => Entry(path, settingsFolder, checksums.GetValueOrDefault(path), [.. users[path].Order(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>Hashes a file that is there and has a checksum; one without is damaged where its own header says so.</summary>
    public static async Task<ModelEntry> VerifyAsync(ModelEntry model, CancellationToken cancellationToken)
    {
        if (model.State == ModelState.NoChecksum && model.Problem is not null) return model with { State = ModelState.Damaged };
        if (model.State != ModelState.Unverified) return model;
        string found = await ContentHash.OfFileAsync(model.Path, cancellationToken);
        return model with { State = found == model.Checksum ? ModelState.Whole : ModelState.Damaged };
    }

    private static ModelEntry Entry(string path, string settingsFolder, string? checksum, IReadOnlyList<string> users)
    {
        var file = new FileInfo(path);
        (GgufHeader? header, string? problem) = file.Exists && IsGguf(path) ? Header(path) : default;
        return new ModelEntry
        {
            Name = Path.GetRelativePath(settingsFolder, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative,
            Path = path,
            Bytes = file.Exists ? file.Length : null,
            Checksum = checksum,
            UsedBy = users,
            Header = header,
            Problem = problem,
            State = !file.Exists ? ModelState.Missing : checksum is null ? ModelState.NoChecksum : ModelState.Unverified,
        };
    }

    private static bool IsGguf(string path) => Path.GetExtension(path).Equals(".gguf", StringComparison.OrdinalIgnoreCase);

    private static (GgufHeader? Header, string? Problem) Header(string path)
    {
        try
        {
            GgufHeader header = GgufHeader.Read(path);
            header.CheckWhole();
            return (header, null);
        }
        catch (InputException e)
        {
            return (null, e.Message);
        }
    }
}
