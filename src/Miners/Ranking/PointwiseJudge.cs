using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>What every pointwise judge does around its method: one call a passage, all under way at once, a failed call the fault of its passage alone.</summary>
internal abstract class PointwiseJudge(string name, ReplyCounts counts) : PassageJudge(name, counts), IPointwiseJudge
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<JudgeVerdict>> ScoreAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passage);
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Count == 0 || queries.Any(string.IsNullOrWhiteSpace)) throw new ArgumentException("A judge needs at least one query, and no blank one.", nameof(queries));
        return Checked(await TryReadAsync(passage, [.. queries.Select(TextLine.Of)], cancellationToken));
    }

    /// <inheritdoc/>
    protected override JudgeCost CostOf(int passages) => new(passages, passages);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(passages.Select(passage => TryReadAsync(passage, [query], cancellationToken)))).Select(verdicts => verdicts[0])];

    /// <summary>Reads one passage for queries that are checked and on one line each.</summary>
    protected abstract Task<IReadOnlyList<JudgeVerdict>> ReadAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken);

    private async Task<IReadOnlyList<JudgeVerdict>> TryReadAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(passage, queries, cancellationToken);
        }
        catch (Exception e) when (JudgeFaults.Of(e) is not null)
        {
            return AllFailed(queries.Count, JudgeFaults.Of(e)!); // not null: see the filter
        }
    }
}
