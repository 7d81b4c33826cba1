using System.Globalization;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>A TREC run that another tool made, as a retriever: it knows the rankings of its own queries, by their ids, and nothing else. Immutable.</summary>
/// <remarks>
/// The order is that of the scores, as in trec_eval; equal scores stand in the order of the ranks that the file states, then of the docids.
/// </remarks>
public sealed class ImportedRun : IRetriever
{
    private readonly Dictionary<string, Hit[]> _rankings;
    private readonly string _path;

    private ImportedRun(string path, Dictionary<string, Hit[]> rankings) => (_path, _rankings) = (path, rankings);

    /// <inheritdoc/>
    public string Name => "run";

    /// <summary>Queries that the file ranks.</summary>
    public int Queries => _rankings.Count;

    /// <summary>Lines whose docid is not in the corpus; they are left out.</summary>
    public int UnknownDocids { get; private init; }

    /// <summary>The first of those docids; null where there are none.</summary>
    public string? FirstUnknownDocid { get; private init; }

    /// <summary>Queries whose stated ranks do not rise where the scores fall; the scores count.</summary>
    public int MisrankedQueries { get; private init; }

    /// <summary>Reads a run: <c>qid Q0 docid rank score tag</c>, white space between; gzip where the name ends so.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="passages">The corpus that hits will point into.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InputException">
    /// The file is missing or empty, a line has not six fields, a rank that is no whole number, a score that is no number, a query ranks a passage twice, or not one docid is in the corpus.
    /// </exception>
    public static async Task<ImportedRun> ReadAsync(string path, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passages);
        if (!File.Exists(path)) throw new InputException($"The run '{path}' does not exist.");
        DocidOrder docids = passages.DocidOrder();
        Dictionary<string, Dictionary<int, (double Score, int Rank)>> read = new(StringComparer.Ordinal);
        HashSet<(string, string)> unknownPairs = [];
        string? firstUnknown = null;
        int known = 0;
        await foreach ((int line, string qid, string docid, string stated, double score) in TrecRunLine.ReadAsync(path, cancellationToken))
        {
            if (!int.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out int rank))
                throw new InputException($"{path} line {line}: the rank is '{stated}'. A rank is a whole number from 0 or 1.");
            if (!read.TryGetValue(qid, out Dictionary<int, (double, int)>? ranking)) read[qid] = ranking = [];
            bool added;
            if (docids.Find(docid) is var passage and >= 0)
            {
                known++;
                added = ranking.TryAdd(passage, (score, rank));
            }
            else
            {
                firstUnknown ??= docid;
                added = unknownPairs.Add((qid, docid));
            }

            if (!added) throw new InputException($"{path} line {line}: query '{qid}' ranks passage '{docid}' twice. A run holds each pair once; take one of the lines out.");
        }

        if (read.Count == 0) throw new InputException($"{path}: holds no line. A run has six fields a line: qid, Q0, docid, rank, score, tag.");
        if (known == 0) throw new InputException($"{path}: not one of its passages is in the corpus, '{firstUnknown}' first. Was the run made on this corpus?");
        int misranked = 0;
        Dictionary<string, Hit[]> rankings = new(StringComparer.Ordinal);
        foreach ((string query, Dictionary<int, (double Score, int Rank)> ranking) in read)
        {
            KeyValuePair<int, (double Score, int Rank)>[] order =
                [.. ranking.OrderByDescending(hit => hit.Value.Score).ThenBy(hit => hit.Value.Rank).ThenBy(hit => passages.DocidAt(hit.Key), StringComparer.Ordinal)];
            if (order.Zip(order.Skip(1)).Any(pair => pair.Second.Value.Rank <= pair.First.Value.Rank)) misranked++;
            rankings[query] = [.. order.Select(hit => new Hit(hit.Key, hit.Value.Score))];
        }

        return new ImportedRun(path, rankings) { UnknownDocids = unknownPairs.Count, FirstUnknownDocid = firstUnknown, MisrankedQueries = misranked };
    }

    /// <summary>What does not fit between the run and the queries that it will be asked for, a sentence each; empty where all fits.</summary>
    /// <param name="qids">The ids of the queries, each once.</param>
    /// <exception cref="InputException">The run ranks not one of them.</exception>
    public IReadOnlyList<string> Misfits(IReadOnlyCollection<string> qids)
    {
        ArgumentNullException.ThrowIfNull(qids);
        int ranked = qids.Count(_rankings.ContainsKey);
        if (ranked == 0 && qids.Count > 0)
            throw new InputException($"{_path}: ranks not one of the {qids.Count} queries, '{qids.First()}' first; its own begin with '{_rankings.Keys.First()}'. Was the run made for these queries?");
        List<string> misfits = [];
        if (qids.Count > ranked) misfits.Add($"{_path}: {qids.Count - ranked} of {qids.Count} queries are not in it and get no hit from it.");
        if (_rankings.Count > ranked) misfits.Add($"{_path}: {_rankings.Count - ranked} of its {_rankings.Count} queries are not asked for.");
        if (UnknownDocids > 0) misfits.Add($"{_path}: {UnknownDocids} of its lines name passages that are not in the corpus, '{FirstUnknownDocid}' first; they are left out.");
        if (MisrankedQueries > 0) misfits.Add($"{_path}: the ranks of {MisrankedQueries} queries do not go with their scores; the scores count.");
        return misfits;
    }

    /// <summary>Always fails: a run knows queries by their ids.</summary>
    /// <exception cref="NotSupportedException">Always; use <see cref="RankAsync"/>.</exception>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("An imported run knows queries by their ids, not by their text.");

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> RankAsync(RetrievalQuery query, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        Hit[] hits = _rankings.GetValueOrDefault(query.Qid) ?? [];
        return ValueTask.FromResult<IReadOnlyList<Hit>>(hits.Length <= depth ? hits : hits[..depth]);
    }
}
