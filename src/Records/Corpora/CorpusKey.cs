using System.Globalization;

namespace R2Synth.Records.Corpora;

/// <summary>What a corpus's passages depend on, as one hash: the bytes of its files, how they are read and cut, and the program that does it.</summary>
internal static class CorpusKey
{
    /// <summary>The key.</summary>
    /// <param name="path">The corpus.</param>
    /// <param name="beir">The BEIR file in it; null where it is no such folder.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>64 lower-case hexadecimal digits; null where something cannot be read.</returns>
    public static async Task<string?> OfAsync(string path, string? beir, CorpusOptions options, CancellationToken cancellationToken)
    {
        List<string> parts =
        [
            "corpora/1", typeof(CorpusKey).Module.ModuleVersionId.ToString(), // another build may read otherwise
            options.DocidField, options.TitleField, options.TextField, options.SplitRecords ? "split" : "",
            .. new[] { options.MaxWords, options.OverlapWords, options.MinWords }.Select(words => words.ToString(CultureInfo.InvariantCulture)),
        ];
        try
        {
            if (beir is not null) parts.AddRange(["BEIR", await ContentHash.OfFileAsync(beir, cancellationToken)]);
            else if (File.Exists(path)) parts.AddRange([Path.GetFileName(path), await ContentHash.OfFileAsync(path, cancellationToken)]);
            else if (!Directory.Exists(path)) return null;
            else
            {
                foreach (string name in FolderCorpus.RelativePaths(path).Where(FolderCorpus.IsDocument))
                    parts.AddRange([name, await ContentHash.OfFileAsync(Path.Combine(path, name), cancellationToken)]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
        {
            return null; // the reading tells what is wrong
        }

        return ContentHash.Of([.. parts]);
    }
}
