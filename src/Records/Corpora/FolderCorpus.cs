using System.Runtime.CompilerServices;
using R2Synth.Records.Documents;
using R2Synth.Records.Splitting;

namespace R2Synth.Records.Corpora;

/// <summary>A folder of text, Markdown and HTML files, or one such file.</summary>
internal static class FolderCorpus
{
    /// <summary>The extensions that count, for messages.</summary>
    public const string Extensions = ".txt, .md, .html, .htm";

    /// <summary>Whether a file is a document by its name.</summary>
    public static bool IsDocument(string path) => Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".md" or ".html" or ".htm";

    /// <summary>The passages of a folder's files, in ordinal order of the relative path.</summary>
    public static async IAsyncEnumerable<PlacedPassage> ReadAsync(
        string folder, CorpusOptions options, CorpusReport report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<string> documents = [];
        foreach (string path in RelativePaths(folder))
        {
            if (IsDocument(path))
                documents.Add(path);
            else
                report.Skip(path);
        }

        if (documents.Count == 0)
            throw new InputException($"{folder}: has no documents: {Found(report.SkippedFiles)}. A corpus is a folder with {Extensions} files, a folder with corpus.jsonl (BEIR), or a .jsonl file.");

        PassageSplitter splitter = new(options);
        foreach (string path in documents)
        {
            string file = Path.Combine(folder, path);
            foreach (Passage passage in await ReadFileAsync(file, path, splitter, report, cancellationToken))
                yield return new PlacedPassage(passage, file, null);
        }
    }

    /// <summary>The passages of one file.</summary>
    public static async IAsyncEnumerable<PlacedPassage> ReadOneAsync(
        string file, CorpusOptions options, CorpusReport report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (Passage passage in await ReadFileAsync(file, Path.GetFileName(file), new PassageSplitter(options), report, cancellationToken))
            yield return new PlacedPassage(passage, file, null);
    }

    private static async Task<IReadOnlyList<Passage>> ReadFileAsync(string file, string docid, PassageSplitter splitter, CorpusReport report, CancellationToken cancellationToken)
    {
        string source = await Utf8Source.ReadFileAsync(file, cancellationToken);
        Document document = Extract(file, source);
        SplitResult result = splitter.Split(document, docid);
        report.PassagesLeftOut += result.PassagesLeftOut;
        report.WordsLeftOut += result.WordsLeftOut;
        if (document.Text.Length == 0)
            report.EmptyDocuments++;
        else if (result.Passages.Count > 0)
            report.Documents++;
        return result.Passages;
    }

    private static Document Extract(string file, string source)
    {
        try
        {
            return Path.GetExtension(file).ToLowerInvariant() switch
            {
                ".md" => MarkdownExtractor.Extract(source),
                ".html" or ".htm" => HtmlExtractor.Extract(source),
                _ => PlainTextExtractor.Extract(source),
            };
        }
        catch (Exception e) when (e is ArgumentException or InsufficientExecutionStackException)
        {
            throw new InputException($"{file}: its markup is nested too deeply to be read. Take it out of the folder, or save its text as .txt.", e);
        }
    }

    /// <summary>The files of a folder at any depth, with <c>/</c> between, in ordinal order.</summary>
    /// <exception cref="InputException">It cannot be listed.</exception>
    // Names that begin with a dot are a tool's own (.git); links to folders could go in circles.
    public static List<string> RelativePaths(string folder)
    {
        List<string> paths = [];
        Queue<string> folders = new([folder]);
        try
        {
            while (folders.TryDequeue(out string? current))
            {
                foreach (FileSystemInfo entry in new DirectoryInfo(current).EnumerateFileSystemInfos())
                {
                    if (entry.Name.StartsWith('.'))
                        continue;
                    if (entry is DirectoryInfo { LinkTarget: null })
                        folders.Enqueue(entry.FullName);
                    else
                        paths.Add(Path.GetRelativePath(folder, entry.FullName).Replace('\\', '/'));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be listed: {e.Message}", e);
        }

        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    private static string Found(IReadOnlyList<string> files) => files.Count switch
    {
        0 => "the folder is empty",
        1 => $"the only file is {files[0]}",
        _ => $"of its {files.Count} files none has one of these extensions (the first is {files[0]})",
    };
}
