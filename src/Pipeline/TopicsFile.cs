using System.Text;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>Reads topics: one a line, blank lines and lines that begin with <c>#</c> left out, each topic once.</summary>
internal static class TopicsFile
{
    /// <summary>The topics in the file's order.</summary>
    /// <exception cref="InputException">The file is missing, is not UTF-8 text, or has no topic.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) throw new InputException($"--topics {path}: there is no such file. It is a text file with a topic a line.");
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(await File.ReadAllBytesAsync(path, cancellationToken)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"--topics {path}: byte {e.Index} is not UTF-8. Save the file as UTF-8 text.", e);
        }

        string[] topics = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Distinct(StringComparer.Ordinal)];
        return topics.Length > 0 ? topics : throw new InputException($"--topics {path}: there is no topic in it. Write one a line; lines that begin with '#' are left out.");
    }
}
