using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Vectors of queries, by id and by text. Immutable, thread-safe.</summary>
internal sealed class QueryVectors
{
    private readonly string _path;
    private readonly Dictionary<string, QueryTerm[]> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Id, QueryTerm[] Vector)> _byText = new(StringComparer.Ordinal);

    private QueryVectors(string path) => _path = path;

    /// <summary>Reads the file.</summary>
    /// <param name="path">See <see cref="VectorLines"/>.</param>
    /// <param name="index">Numbers the terms; a term that no passage has is left out.</param>
    /// <param name="queries">Texts by id; null takes the texts in the file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">A line is no vector, an id comes twice, one text has two vectors, or a query has none.</exception>
    public static async Task<QueryVectors> ReadAsync(string path, ImpactIndex index, IReadOnlyDictionary<string, string>? queries, CancellationToken cancellationToken)
    {
        QueryVectors vectors = new(path);
        await foreach (VectorLines line in new VectorLines(path).ReadAsync(cancellationToken))
        {
            QueryTerm[] vector = [.. line.Vector.Select(term => term with { Term = index.Terms.Find(line.Terms[term.Term]) }).Where(term => term.Term >= 0).OrderBy(term => term.Term)];
            if (!vectors._byId.TryAdd(line.Id, vector)) throw new InputException($"{line.Place}: the id '{line.Id}' was used before. A query has one vector.");
            if ((queries is null ? line.Contents : queries.GetValueOrDefault(line.Id)) is not { } text) continue;
            if (!vectors._byText.TryAdd(text, (line.Id, vector)) && !vectors._byText[text].Vector.SequenceEqual(vector))
                throw new InputException($"{line.Place}: the queries '{vectors._byText[text].Id}' and '{line.Id}' have the same text and different vectors. One text needs one vector.");
        }

        string[] missing = queries is null ? [] : [.. queries.Keys.Where(id => !vectors._byId.ContainsKey(id))];
        return missing.Length == 0 ? vectors : throw new InputException($"{path}: {missing.Length} of {queries!.Count} queries have no vector, '{missing[0]}' first. Encode all queries."); // not null where one is missing
    }

    /// <summary>A query's vector by its id.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public ReadOnlySpan<QueryTerm> ById(string qid) => _byId.TryGetValue(qid, out QueryTerm[]? vector)
        ? vector
        : throw new InputException($"{_path}: has no vector for the query id '{qid}'. Encode it, or take the query out.");

    /// <summary>A query's vector by its text, ordinal.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public ReadOnlySpan<QueryTerm> ByText(string query) => _byText.TryGetValue(query, out (string Id, QueryTerm[] Vector) found)
        ? found.Vector
        : throw new InputException($"{_path}: has no vector for the query '{query}'. Lines need its text as 'contents', or the queries must be given by id; encode it if it is not there.");
}
