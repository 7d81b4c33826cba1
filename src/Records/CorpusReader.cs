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
                throw UsedTwice(new PlacedPassage(placed.Passage, file, line), placed);
            }

            passages.Add(placed.Passage);
        }

        return passages;
    }

    /// <summary>All passages, their docids unique, in a file that is mapped: made once for what the corpus holds and how it is read, and kept. Memory does not grow with the texts.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="options">Names of fields, and how to cut.</param>
    /// <param name="folder">Where the file lies; made where there is none.</param>
    /// <param name="report">Filled, but that files passed over may be left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A <see cref="MappedCorpus"/>, the caller's to dispose of; the passages in memory where the disk does not take the file, or another process is making it now.</returns>
    /// <inheritdoc cref="ReadAllAsync"/>
    public static async Task<IReadOnlyList<Passage>> OpenAsync(string path, CorpusOptions options, string folder, CorpusReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        string? key = await CorpusKey.OfAsync(path, BeirFile(path), options, cancellationToken);
        string file = Path.Combine(folder, $"{key?[..16]}.corpus");
        return key is null
            ? await ReadAllAsync(path, options, report, cancellationToken) // which says what is wrong
            : await KeptFile.OpenOrMakeAsync<IReadOnlyList<Passage>>(
                file,
                () => MappedCorpus.TryOpen(file, key, report),
                async () => await TryKeepAsync(path, options, file, key, cancellationToken) ? MappedCorpus.TryOpen(file, key, report) : null)
            ?? await ReadAllAsync(path, options, report, cancellationToken);
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

    // False where the disk does not take it. What is wrong with the corpus is thrown.
    private static async Task<bool> TryKeepAsync(string path, CorpusOptions options, string file, string key, CancellationToken cancellationToken)
    {
        CorpusReport report = new();
        (int First, int Second)? twice = null;
        bool kept = await WholeFile.TryWriteAsync(file, async stream =>
        {
            using CorpusFile writer = new(stream);
            await foreach (PlacedPassage placed in ReadPlacedAsync(path, options, report, cancellationToken)) writer.Add(placed.Passage);
            twice = writer.Complete(file + WholeFile.TemporarySuffix, key, report);
            if (await CorpusKey.OfAsync(path, BeirFile(path), options, cancellationToken) != key) throw new InputException($"{path}: was changed while it was read. Run the same command again.");
            if (twice is not null) throw await UsedTwiceAsync(path, options, twice.Value, cancellationToken);
        });
        return kept;
    }

    private static async Task<InputException> UsedTwiceAsync(string path, CorpusOptions options, (int First, int Second) passages, CancellationToken cancellationToken)
    {
        int index = 0;
        PlacedPassage first = default;
        await foreach (PlacedPassage placed in ReadPlacedAsync(path, options, new CorpusReport(), cancellationToken))
        {
            if (index == passages.First) first = placed;
            if (index++ == passages.Second) return UsedTwice(first, placed);
        }

        return new InputException($"{path}: was changed while it was read. Run the same command again.");
    }

    private static InputException UsedTwice(PlacedPassage first, PlacedPassage second) =>
        new($"{second.Place}: the docid '{second.Passage.Docid}' was used before, in {first.Place}. Every document needs an id of its own.");

    private static string? BeirFile(string path) => Directory.Exists(path) ? BeirFiles.Select(file => Path.Combine(path, file)).FirstOrDefault(File.Exists) : null;

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
            return BeirFile(path) is not { } beir
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
