using System.Globalization;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>A GGUF on disk that was checked before the library sees it.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Checksum">SHA-256, 64 hexadecimal digits.</param>
internal sealed record ModelFile(string Path, string Checksum)
{
    /// <summary>The list of checksums that may lie beside models, as <c>sha256sum</c> writes it.</summary>
    internal const string ChecksumList = "checksums.txt";

    internal string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Looks at a model file.</summary>
    /// <param name="backend">The backend's name in the settings, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">It is missing, no GGUF, cut short, or not what the list of checksums says.</exception>
    internal static async Task<ModelFile> OpenAsync(string backend, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new InputException($"Setting R2Synth:Backends:{backend}:Model names '{path}', which does not exist. Relative paths start from the settings file's folder; put the GGUF there or mend the setting.");

        var header = GgufHeader.Read(path);
        string found = await VerifiedChecksumAsync(path, cancellationToken);
        header.CheckWhole();
        return new ModelFile(path, found);
    }

    /// <summary>A file's SHA-256, held against the list of checksums beside it where that names the file.</summary>
    /// <returns>64 hexadecimal digits.</returns>
    /// <exception cref="InputException">The list expects another.</exception>
    internal static async Task<string> VerifiedChecksumAsync(string path, CancellationToken cancellationToken)
    {
        string found = await ContentHash.OfFileAsync(path, cancellationToken);
        string? expected = await ListedAsync(path, cancellationToken);
        if (expected is not null && !expected.Equals(found, StringComparison.OrdinalIgnoreCase))
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The model '{path}' is damaged or cut: {ChecksumList} beside it expects SHA-256 {expected}, found {found} in {new FileInfo(path).Length:N0} bytes. Fetch the file again; if it was replaced on purpose, mend {ChecksumList}."));
        return found;
    }

    private static async Task<string?> ListedAsync(string path, CancellationToken cancellationToken)
    {
        string list = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? ".", ChecksumList);
        if (!File.Exists(list))
            return null;

        string name = System.IO.Path.GetFileName(path);
        await foreach (string line in File.ReadLinesAsync(list, cancellationToken))
        {
            string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 2 && parts[1].TrimStart('*') == name)
                return parts[0];
        }

        return null;
    }
}
