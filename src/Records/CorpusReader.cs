using System.Runtime.CompilerServices;
using R2Synth.Records.Corpora;
using R2Synth.Records.Splitting;

namespace R2Synth.Records;

/// <summary>
/// Reads a corpus by what its path is: a folder with <c>corpus.jsonl</c> or <c>corpus.jsonl.gz</c> (BEIR); a <c>.jsonl</c> or <c>.jsonl.gz</c> file;
/// a folder of <c>.txt</c>, <c>.md</c>, <c>.html</c> and <c>.htm</c> files at any depth, or one such file. Thread-safe.
/// </summary>
public static class CorpusReader
{
    private static readonly string[] BeirFiles = ["corpus.jsonl", "corpus.jsonl.gz"];

    /// <summary>The passages in a fixed order: lines as they stand, files by ordinal relative path with <c>/</c> between.</summary>
    /// <param name="path">File or folder. Names that begin with a dot and links to folders are passed over.</param>
    /// <param name="options">Names of fields, and how to cut.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>At least one passage. Memory depends on the longest line or file, not on the corpus. Docids are not checked to be unique.</returns>
    /// <exception cref="InputException">Something the user can mend; the message names file, line and field.</exception>
    public static IAsyncEnumerable<Passage> ReadAsync(string path, CorpusOptions options, CancellationToken cancellationToken = default) =>
        ReadAsync(path, options, new CorpusReport(), cancellationToken);

    /// <summary>The passages in a fixed order, with counts.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="options">Names of fields, and how to cut.</param>
    /// <param name="report">Filled while reading; whole when the last passage has been read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <inheritdoc cref="ReadAsync(string, CorpusOptions, CancellationToken)"/>
    public static async IAsyncEnumerable<Passage> ReadAsync(
        string path, CorpusOptions options, CorpusReport report, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (PlacedPassage placed in ReadPlacedAsync(path, options, report, cancellationToken))
            yield return placed.Passage;
    }

    /// <summary>All passages in memory, their docids unique.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="options">Names of fields, and how to cut.</param>
    /// <param name="report">Filled; null where nobody asks.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">Also where a docid occurs twice; the message names both places.</exception>
    public static async Task<IReadOnlyList<Passage>> ReadAllAsync(string path, CorpusOptions options, CorpusReport? report = null, CancellationToken cancellationToken = default)
    {
        List<Passage> passages = [];
        Dictionary<string, (string File, int? Line)> places = new(StringComparer.Ordinal);
        await foreach (PlacedPassage placed in ReadPlacedAsync(path, options, report ?? new CorpusReport(), cancellationToken))
        {
            if (!places.TryAdd(placed.Passage.Docid, (placed.File, placed.Line)))
            {
                (string file, int? line) = places[placed.Passage.Docid];
                string first = new PlacedPassage(placed.Passage, file, line).Place;
                throw new InputException($"{placed.Place}: the docid '{placed.Passage.Docid}' was used before, in {first}. Every document needs an id of its own.");
            }

            passages.Add(placed.Passage);
        }

        return passages;
    }

    /// <summary>The content hash of a corpus: <see cref="CorpusHash.Of"/> over its passages.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <inheritdoc cref="ReadAsync(string, CorpusOptions, CancellationToken)"/>
    public static async Task<string> HashAsync(string path, CorpusOptions options, CancellationToken cancellationToken = default)
    {
        using CorpusHash hash = new();
        await foreach (Passage passage in ReadAsync(path, options, cancellationToken))
            hash.Add(passage);
        return hash.Finish();
    }

    private static async IAsyncEnumerable<PlacedPassage> ReadPlacedAsync(
        string path, CorpusOptions options, CorpusReport report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (PlacedPassage placed in Choose(path, options, report, cancellationToken))
        {
            report.Passages++;
            report.Words += Words.Count(placed.Passage.Text);
            yield return placed;
        }

        if (report.Passages == 0)
            throw new InputException(report.PassagesLeftOut > 0
                ? $"{path}: gave no passages: all {report.PassagesLeftOut} stretches of text have fewer words than R2Synth:Corpus:MinWords, which is {options.MinWords}. Lower it."
                : $"{path}: gave no passages: {(report.EmptyDocuments > 0 ? $"its {report.EmptyDocuments} documents hold no text" : "it has no lines")}. Check that it is the corpus that you mean.");
    }

    private static IAsyncEnumerable<PlacedPassage> Choose(string path, CorpusOptions options, CorpusReport report, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            string? beir = BeirFiles.Select(f => Path.Combine(path, f)).FirstOrDefault(File.Exists);
            return beir is null
                ? FolderCorpus.ReadAsync(path, options, report, cancellationToken)
                : RecordCorpus.ReadAsync(beir, RecordFields.Beir, skipEmpty: true, options, report, cancellationToken);
        }

        if (!File.Exists(path))
            throw new InputException($"{path}: no such file or folder (the current folder is {Directory.GetCurrentDirectory()}). Give the path of a folder of {FolderCorpus.Extensions} files, of a BEIR folder, or of a .jsonl file.");
        if (path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".jsonl.gz", StringComparison.OrdinalIgnoreCase))
        {
            RecordFields fields = new(options.DocidField, options.TitleField, options.TextField);
            return RecordCorpus.ReadAsync(path, fields, skipEmpty: false, options, report, cancellationToken);
        }

        return FolderCorpus.IsDocument(path)
            ? FolderCorpus.ReadOneAsync(path, options, report, cancellationToken)
            : throw new InputException($"{path}: files of the kind '{Path.GetExtension(path)}' are not read. A corpus is a folder of {FolderCorpus.Extensions} files, a BEIR folder, or a .jsonl or .jsonl.gz file.");
    }
}
