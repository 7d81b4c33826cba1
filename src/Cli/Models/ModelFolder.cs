using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Models;

/// <summary>The models folder beside the settings file: its files, its <c>checksums.txt</c>, and who uses what.</summary>
internal static class ModelFolder
{
    private const string FolderName = "models";
    private const string ChecksumsName = "checksums.txt";
    private static readonly string[] Extensions = [".gguf", ".safetensors"];

    /// <summary>Every model file, by ordinal name. Nothing is hashed.</summary>
    /// <exception cref="InputException"><c>checksums.txt</c> is malformed.</exception>
    public static IReadOnlyList<ModelEntry> List(R2SynthOptions options, string settingsFolder)
    {
        string folder = Path.Combine(settingsFolder, FolderName);
        Dictionary<string, string> checksums = Checksums(folder);
        ILookup<string, string> users = options.Backends
            .Where(b => b.Value.Kind == "LlamaCpp" && b.Value.Model.Length > 0)
            .ToLookup(b => Path.GetFullPath(b.Value.Model, settingsFolder), b => b.Key, StringComparer.Ordinal);
        IEnumerable<string> present = Directory.Exists(folder)
            ? Directory.GetFiles(folder).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            : [];
        return
        [
            .. present.Concat(checksums.Keys).Concat(users.Select(u => u.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(path => Entry(path, settingsFolder, checksums.GetValueOrDefault(path), [.. users[path].Order(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>Hashes a file that is there and has a checksum.</summary>
    public static async Task<ModelEntry> VerifyAsync(ModelEntry model, CancellationToken cancellationToken)
    {
        if (model.State != ModelState.Unverified) return model;
        string found = await ContentHash.OfFileAsync(model.Path, cancellationToken);
        return model with { State = found == model.Checksum ? ModelState.Whole : ModelState.Damaged };
    }

    private static ModelEntry Entry(string path, string settingsFolder, string? checksum, IReadOnlyList<string> users)
    {
        var file = new FileInfo(path);
        return new ModelEntry
        {
            Name = Path.GetRelativePath(settingsFolder, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative,
            Path = path,
            Bytes = file.Exists ? file.Length : null,
            Checksum = checksum,
            UsedBy = users,
            State = !file.Exists ? ModelState.Missing : checksum is null ? ModelState.NoChecksum : ModelState.Unverified,
        };
    }

    private static Dictionary<string, string> Checksums(string folder)
    {
        var checksums = new Dictionary<string, string>(StringComparer.Ordinal);
        string file = Path.Combine(folder, ChecksumsName);
        if (!File.Exists(file)) return checksums;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.Trim() is not { Length: > 0 } text || text.StartsWith('#')) continue;
            string[] parts = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2 || parts[0].Length != 64 || !parts[0].All(char.IsAsciiHexDigit))
            {
                throw new InputException($"{file} line {number}: '{text}' is not a SHA-256 in 64 hexadecimal digits, two blanks and a file name.");
            }

            checksums[Path.Combine(folder, parts[1].TrimStart('*'))] = parts[0].ToLowerInvariant();
        }

        return checksums;
    }
}
