using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Judges several queries at once, passage by passage: each is read once for all the queries that want it.</summary>
public static class PassageWindow
{
    /// <summary>Judges.</summary>
    /// <typeparam name="TVerdict">What is said of a passage for a query.</typeparam>
    /// <param name="judge">Judges one passage for any number of queries, as <see cref="IPointwiseJudge.ScoreAsync"/> does: one verdict a query, in their order.</param>
    /// <param name="corpus">The passages that the requests point into.</param>
    /// <param name="requests">Queries with the passages that each wants, as indices.</param>
    /// <param name="parallelism">Passages under way at once, at least 1.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Verdicts by request, one a passage, in their order.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<TVerdict>>> JudgeAsync<TVerdict>(
        Func<Passage, IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<TVerdict>>> judge, IReadOnlyList<Passage> corpus, IReadOnlyList<(string Query, IReadOnlyList<int> Passages)> requests,
        int parallelism = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(requests);
        SortedDictionary<int, List<(int Request, int Place)>> wanted = [];
        for (int request = 0; request < requests.Count; request++)
        {
            for (int place = 0; place < requests[request].Passages.Count; place++)
            {
                int passage = requests[request].Passages[place];
                if (!wanted.TryGetValue(passage, out List<(int, int)>? places)) wanted[passage] = places = [];
                places.Add((request, place));
            }
        }

        TVerdict[][] verdicts = [.. requests.Select(request => new TVerdict[request.Passages.Count])];
        ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(wanted, options, async (one, token) =>
        {
            IReadOnlyList<TVerdict> given = await judge(corpus[one.Key], [.. one.Value.Select(place => requests[place.Request].Query)], token);
            for (int i = 0; i < given.Count; i++) verdicts[one.Value[i].Request][one.Value[i].Place] = given[i]; // each place is written once
        });
        return verdicts;
    }
}
