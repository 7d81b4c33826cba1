using System.Globalization;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>Rankings of a set of queries. Immutable.</summary>
/// <remarks>
/// The order is trec_eval's: by falling score held in single precision, ties by docid descending. The rank that a file states is not read, as trec_eval
/// does not read it.
/// </remarks>
public sealed class TrecRun
{
    private readonly Dictionary<string, RunEntry[]> _rankings = new(StringComparer.Ordinal);

    /// <summary>Creates a run.</summary>
    /// <param name="entries">Query, passage and score, in any order.</param>
    /// <exception cref="InputException">A query ranks a passage twice.</exception>
    public TrecRun(IEnumerable<(string Qid, string Docid, double Score)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var query in entries.GroupBy(e => e.Qid, StringComparer.Ordinal))
        {
            RunEntry[] ranking = [.. query.Select(e => new RunEntry(e.Docid, e.Score))];
            Array.Sort(ranking, (a, b) => (float)a.Score != (float)b.Score ? b.Score.CompareTo(a.Score) : string.CompareOrdinal(b.Docid, a.Docid));
            if (ranking.Select(e => e.Docid).ToHashSet(StringComparer.Ordinal).Count < ranking.Length)
            {
                string twice = ranking.GroupBy(e => e.Docid, StringComparer.Ordinal).First(g => g.Count() > 1).Key;
                throw new InputException($"Query '{query.Key}' ranks passage '{twice}' twice. A run holds each pair once.");
            }

            _rankings[query.Key] = ranking;
        }
    }

    /// <summary>The ranked queries by ordinal id.</summary>
    public IReadOnlyList<string> Queries => [.. _rankings.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The ranking of one query, best first; empty for a query that the run lacks.</summary>
    /// <param name="qid">The query's id.</param>
    public IReadOnlyList<RunEntry> Of(string qid) => _rankings.TryGetValue(qid, out RunEntry[]? ranking) ? ranking : [];

    /// <summary>Reads a TREC run: <c>qid Q0 docid rank score tag</c>, white space between.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InputException">The file is missing, a line has not six fields or a score that is no number, or a pair occurs twice.</exception>
    public static async Task<TrecRun> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        List<(string, string, double)> entries = [];
        await foreach (TrecRunLine line in TrecRunLine.ReadAsync(path, cancellationToken)) entries.Add((line.Qid, line.Docid, line.Score));
        return new TrecRun(entries);
    }

    /// <summary>Writes a TREC run: queries by ordinal id, ranks from 1, scores so that they read back as the same number. The file appears whole.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tag">The last column, without white space: what made the run.</param>
    /// <param name="cancellationToken">Stops writing; an existing file then stays as it was.</param>
    /// <exception cref="InputException">A query's id or a docid is empty or holds white space, which this format cannot carry.</exception>
    public async Task WriteAsync(string path, string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        await WholeFile.WriteAsync(path, async stream =>
        {
            await using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (string qid in Queries)
            {
                int rank = 0;
                foreach (RunEntry entry in _rankings[qid])
                {
                    string score = entry.Score.ToString("R", CultureInfo.InvariantCulture);
                    await writer.WriteLineAsync($"{TrecRunLines.Word(qid)} Q0 {TrecRunLines.Word(entry.Docid)} {++rank} {score} {tag}".AsMemory(), cancellationToken);
                }
            }
        });
    }
}
