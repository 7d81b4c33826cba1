using System.Globalization;
using System.IO.Compression;
using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>Reads line files of fields and says where a line is wrong.</summary>
internal static class TabularLines
{
    internal static async IAsyncEnumerable<(int Line, string Text)> ReadAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
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

    internal static int Grade(string path, int line, string field) =>
        int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade)
            ? grade
            : throw new InputException($"{path} line {line}: the grade is '{field}'. A grade is a whole number.");

    internal static double Score(string path, int line, string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && double.IsFinite(score)
            ? score
            : throw new InputException($"{path} line {line}: the score is '{field}'. A score is a finite number with a point.");
}
