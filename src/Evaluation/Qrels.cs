using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>Relevance judgments: grades by query and passage. Immutable.</summary>
public sealed class Qrels
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, int>> _grades = new(StringComparer.Ordinal);

    /// <summary>Creates judgments.</summary>
    /// <param name="judgments">Query, passage and grade; above 0 is relevant. A pair that is judged twice with different grades is refused.</param>
    /// <exception cref="InputException">A pair has two grades.</exception>
    public Qrels(IEnumerable<(string Qid, string Docid, int Grade)> judgments)
    {
        ArgumentNullException.ThrowIfNull(judgments);
        Dictionary<string, Dictionary<string, int>> grades = new(StringComparer.Ordinal);
        foreach ((string qid, string docid, int grade) in judgments)
        {
            if (!grades.TryGetValue(qid, out Dictionary<string, int>? of))
            {
                grades[qid] = of = new Dictionary<string, int>(StringComparer.Ordinal);
                _grades[qid] = of;
            }

            if (!of.TryAdd(docid, grade) && of[docid] != grade)
            {
                throw new InputException($"Query '{qid}' and passage '{docid}' are judged twice, as {of[docid]} and as {grade}. Keep one of the lines.");
            }
        }
    }

    /// <summary>The judged queries by ordinal id.</summary>
    public IReadOnlyList<string> Queries => [.. _grades.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The judgments of some queries alone.</summary>
    /// <param name="queries">Their ids; one without judgments adds nothing.</param>
    public Qrels Only(IEnumerable<string> queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return new Qrels(queries.Distinct(StringComparer.Ordinal).SelectMany(qid => Of(qid).Select(judged => (qid, judged.Key, judged.Value))));
    }

    /// <summary>Grades by docid of one query; empty for a query that is not judged.</summary>
    /// <param name="qid">The query's id.</param>
    public IReadOnlyDictionary<string, int> Of(string qid) =>
        _grades.TryGetValue(qid, out IReadOnlyDictionary<string, int>? grades) ? grades : System.Collections.Immutable.ImmutableDictionary<string, int>.Empty;

    /// <summary>
    /// Reads a file: BEIR's (three columns with tabs between, <c>query-id corpus-id score</c>, with or without that header line), or TREC's (four with white
    /// space between, <c>qid iteration docid grade</c>).
    /// </summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InputException">The file is missing, or a line has another number of fields or a grade that is no whole number.</exception>
    public static async Task<Qrels> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        List<(string, string, int)> judgments = [];
        await foreach ((int line, string text) in TabularLines.ReadAsync(path, cancellationToken))
        {
            string[] tabbed = text.Split('\t');
            string[] fields = tabbed.Length == 3 ? tabbed : text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (line == 1 && fields.Length == 3 && fields[0] == "query-id")
            {
                continue;
            }

            judgments.Add(fields.Length switch
            {
                3 => (fields[0], fields[1], TabularLines.Grade(path, line, fields[2].Trim())),
                4 => (fields[0], fields[2], TabularLines.Grade(path, line, fields[3])),
                _ => throw new InputException($"{path} line {line}: {fields.Length} fields. BEIR has three with tabs between (query-id, corpus-id, score), TREC four (qid, iteration, docid, grade)."),
            });
        }

        return new Qrels(judgments);
    }
}
