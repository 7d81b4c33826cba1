using System.Globalization;
using System.IO.Compression;

namespace R2Synth.Records;

/// <summary>Reads line files of fields and says where a line is wrong.</summary>
public static class TabularLines
{
    /// <summary>The lines that hold more than white space, numbered from 1 as they stand in the file; gzip where the name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InputException">There is no such file.</exception>
    public static async IAsyncEnumerable<(int Line, string Text)> ReadAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist.");
        }

        Stream file = File.OpenRead(path);
        using StreamReader reader = new(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file);
        int line = 0;
        while (await reader.ReadLineAsync(cancellationToken) is string text)
        {
            line++;
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return (line, text);
            }
        }
    }

    /// <summary>Reads a grade.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="line">The line, for the message.</param>
    /// <param name="field">The field.</param>
    /// <exception cref="InputException">It is no whole number.</exception>
    public static int Grade(string path, int line, string field) =>
        int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade)
            ? grade
            : throw new InputException($"{path} line {line}: the grade is '{field}'. A grade is a whole number.");

    /// <summary>Reads a score.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="line">The line, for the message.</param>
    /// <param name="field">The field.</param>
    /// <exception cref="InputException">It is no finite number with a point.</exception>
    public static double Score(string path, int line, string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && double.IsFinite(score)
            ? score
            : throw new InputException($"{path} line {line}: the score is '{field}'. A score is a finite number with a point.");
}
