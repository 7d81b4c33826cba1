using R2Synth.Records;

namespace R2Synth.Cli.Models;

/// <summary>The file <c>checksums.txt</c> of a models folder, as <c>sha256sum</c> writes it.</summary>
internal static class ModelChecksums
{
    private const string FileName = "checksums.txt";

    /// <summary>SHA-256 by full path.</summary>
    /// <exception cref="InputException">A line is malformed.</exception>
    public static Dictionary<string, string> Read(string folder)
    {
        var checksums = new Dictionary<string, string>(StringComparer.Ordinal);
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) return checksums;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.Trim() is not { Length: > 0 } text || text.StartsWith('#')) continue;
            if (!TryParse(text, out string sum, out string name))
            {
                throw new InputException($"{file} line {number}: '{text}' is not a SHA-256 in 64 hexadecimal digits, two blanks and a file name.");
            }

            checksums[Path.Combine(folder, name)] = sum;
        }

        return checksums;
    }

    /// <summary>Adds a file's line, in place of one that it may have. The other lines stay as they are.</summary>
    public static async Task SetAsync(string folder, string name, string checksum, CancellationToken cancellationToken)
    {
        string file = Path.Combine(folder, FileName);
        string[] lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, cancellationToken) : [];
        string[] changed = [.. lines.Where(line => !(TryParse(line.Trim(), out _, out string other) && other == name)), $"{checksum}  {name}"];
        await WholeFile.WriteTextAsync(file, string.Join('\n', changed) + "\n");
    }

    /// <summary>Whether a text is a SHA-256: 64 hexadecimal digits.</summary>
    public static bool IsSum(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static bool TryParse(string line, out string sum, out string name)
    {
        string[] parts = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        bool found = parts.Length == 2 && IsSum(parts[0]);
        (sum, name) = found ? (parts[0].ToLowerInvariant(), parts[1].TrimStart('*')) : ("", "");
        return found;
    }
}
