using System.CommandLine;
using R2Synth.Cli.Output;
using R2Synth.Cli.Progress;
using R2Synth.Cli.Settings;
using R2Synth.Evaluation;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Retrieval;
using R2Synth.Records;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth search</c>: rank a corpus for queries, as a TREC run.</summary>
internal sealed class SearchCommand
{
    private const string DefaultRetriever = "bm25";
    private const int DefaultDepth = 100;
    private const int QueriesPerStep = 256;

    private readonly Invocation _invocation;
    private readonly Option<string> _corpus = new("--corpus") { HelpName = "PATH", Description = "A BEIR folder, a JSONL file, or a folder of txt, md and html.", Required = true };
    private readonly Option<string?> _queries = new("--queries") { HelpName = "FILE", Description = "JSON lines with _id and text, or lines of id, tab, text. Default: queries.jsonl of a BEIR folder." };
    private readonly Option<string?> _retriever = new("--retriever") { HelpName = "NAME", Description = $"{RetrieverSpec.Allowed}. Default: {DefaultRetriever}." };
    private readonly Option<int?> _depth = Numbers.Int("--depth", "N", $"Most hits a query. Default: {DefaultDepth}.", 1);
    private readonly Option<string?> _out = new("--out") { HelpName = "FILE", Description = "The run, which must not be there yet. Without it the run goes to standard output and the summary to standard error." };
    private readonly Option<string?> _tag = new("--tag") { HelpName = "WORD", Description = "The run's last column. Default: the retriever." };
    private readonly Option<string?> _language = new("--language") { HelpName = "CODE", Description = "The corpus's language for lexical retrievers, as an ISO 639-1 code. Default: en." };
    private readonly Option<bool> _json = JsonFlag.Create();
    private readonly SettingsFlags _settings = new();

    private SearchCommand(Invocation invocation) => _invocation = invocation;

    public static Command Create(Invocation invocation)
    {
        SearchCommand search = new(invocation);
        var command = new Command("search", "Rank a corpus for queries by one retriever or several fused, as a TREC run.")
        {
            search._corpus, search._queries, search._retriever, search._depth, search._out, search._tag, search._language, search._json,
        };
        search._settings.AddTo(command);
        command.SetAction((parse, token) => invocation.WatchAsync(t => search.InvokeAsync(parse, t), token));
        return command;
    }

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        ResolvedSettings settings = SettingsLoader.Load(_invocation.Environment, _settings.Read(parse)).OrThrow();
        var spec = RetrieverSpec.Parse(parse.GetValue(_retriever) ?? DefaultRetriever);
        string? file = OutFile(parse);
        string tag = Tag(parse, spec), corpus = parse.GetRequiredValue(_corpus), path = _invocation.Environment.Resolve(corpus);
        IReadOnlyDictionary<string, string> texts = await QueryFile.ReadAsync(BeirQueries.Find(_invocation.Environment, parse.GetValue(_queries), corpus), cancellationToken);
        RetrievalQuery[] queries = [.. texts.Select(query => new RetrievalQuery(query.Key, query.Value))];
        CorpusReport report = new();
        IReadOnlyList<Passage> passages = await CorpusReader.OpenAsync(path, settings.Options.Corpus, settings.Options.Cache.FolderOf("corpora"), report, cancellationToken);
        using var opened = passages as IDisposable;
        if (passages.Count == 0) throw new InputException($"{corpus}: no passages in it. {report.EmptyDocuments} documents are empty.");

        LineProgress progress = new(_invocation.Error, _invocation.Environment.Clock);
        RunCounters counters = new();
        await using RetrieverSet set = await RetrieverSet.OpenAsync(
            new RetrieverRequest
            {
                Options = settings.Options,
                SettingsFolder = settings.Folder,
                Spec = spec,
                Passages = passages,
                Language = parse.GetValue(_language),
                Qids = [.. texts.Keys],
                Folder = _invocation.Environment.CurrentFolder,
                Counters = counters,
                Progress = progress.Report,
                OpenBackend = _invocation.Environment.OpenBackend,
            },
            cancellationToken);
        foreach (string misfit in set.Misfits) _invocation.Error.WriteLine($"r2synth: {misfit}");
        SearchSummary summary = new()
        {
            Retriever = spec.Name,
            Identity = set.Identity,
            Tag = tag,
            Depth = parse.GetValue(_depth) ?? DefaultDepth,
            Passages = passages.Count,
            Queries = queries.Length,
            Misfits = set.Misfits,
            Out = parse.GetValue(_out),
        };
        Task RankAsync(TextWriter writer) => WriteRunAsync(writer, set.Retriever, queries, passages, summary, progress, cancellationToken);
        if (file is null) await RankAsync(_invocation.Out);
        else await WriteFileAsync(file, RankAsync);
        (summary.Calls, summary.CacheHits, summary.Cost) = (counters.Calls, counters.CacheHits, counters.Cost);
        if (parse.GetValue(_json)) JsonOutput.Write(_invocation.Out, summary);
        else Write(file is null ? _invocation.Error : _invocation.Out, summary);
        return ExitCodes.Done;
    }

    private string? OutFile(ParseResult parse)
    {
        if (parse.GetValue(_out) is not { } named) return parse.GetValue(_json) ? throw new InputException("--json needs --out: without it the run itself goes to standard output.") : null;
        string file = _invocation.Environment.Resolve(named);
        return File.Exists(file) || Directory.Exists(file) ? throw new InputException($"--out names '{file}', which is there already. Name another file, or move that one away.") : file;
    }

    private string Tag(ParseResult parse, RetrieverSpec spec)
    {
        string tag = parse.GetValue(_tag) ?? string.Join('_', spec.Name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return tag.Length > 0 && !tag.Any(char.IsWhiteSpace) ? tag
            : throw new InputException($"--tag is '{tag}'; allowed: a word without white space, since white space separates a run's columns.");
    }

    private static Task WriteFileAsync(string file, Func<TextWriter, Task> write) => WholeFile.WriteAsync(file, async stream =>
    {
        await using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        await write(writer);
    });

    private static async Task WriteRunAsync(
        TextWriter writer, IRetriever retriever, RetrievalQuery[] queries, IReadOnlyList<Passage> passages, SearchSummary summary, LineProgress progress, CancellationToken cancellationToken)
    {
        progress.Report("queries", 0, queries.Length);
        for (int start = 0; start < queries.Length; start += QueriesPerStep)
        {
            RetrievalQuery[] some = queries[start..Math.Min(queries.Length, start + QueriesPerStep)];
            IReadOnlyList<IReadOnlyList<Hit>> rankings = await retriever.RankAllAsync(some, summary.Depth, cancellationToken: cancellationToken);
            for (int i = 0; i < some.Length; i++)
            {
                summary.Hits += rankings[i].Count;
                if (rankings[i].Count == 0) summary.QueriesWithoutHits++;
                foreach (string line in TrecRunLines.Of(some[i].Qid, rankings[i], passages, summary.Tag)) await writer.WriteLineAsync(line);
            }

            progress.Report("queries", start + some.Length, queries.Length);
        }
    }

    private static void Write(TextWriter writer, SearchSummary summary)
    {
        writer.WriteLine($"Retriever: {summary.Retriever}, depth {Figures.Count(summary.Depth)}");
        writer.WriteLine($"Passages: {Figures.Count(summary.Passages)}; queries: {Figures.Count(summary.Queries)}; hits: {Figures.Count(summary.Hits)}; queries without a hit: {Figures.Count(summary.QueriesWithoutHits)}");
        if (summary.Calls + summary.CacheHits > 0) writer.WriteLine($"Model calls: {Figures.Count(summary.Calls)}, from the cache: {Figures.Count(summary.CacheHits)}{(summary.Cost > 0 ? $", {summary.Cost} USD" : "")}");
        if (summary.Out is not null) writer.WriteLine(summary.Out);
    }
}
