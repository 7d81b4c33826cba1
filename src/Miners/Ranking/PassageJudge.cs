using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>What every judge does around its method: checks what it is asked, counts what it says, and lets no failure pass for a verdict.</summary>
/// <param name="name">The judge's name.</param>
/// <param name="counts">Where replies and failures are counted.</param>
internal abstract class PassageJudge(string name, ReplyCounts counts) : IPassageJudge
{
    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Where replies are counted.</summary>
    protected ReplyCounts Counts => counts;

    /// <inheritdoc/>
    public JudgeCost Cost(int passages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(passages, 1);
        return CostOf(passages);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfZero(passages.Count, nameof(passages));
        IReadOnlyList<JudgeVerdict> verdicts = await AskAsync(TextLine.Of(query), passages, cancellationToken);
        if (verdicts.Count != passages.Count) throw new InvalidOperationException($"The judge '{name}' gave {verdicts.Count} verdicts on {passages.Count} passages.");
        return Checked(verdicts);
    }

    /// <inheritdoc cref="Cost"/>
    protected abstract JudgeCost CostOf(int passages);

    /// <summary>Judges; the arguments are checked, the query is one line.</summary>
    protected abstract Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken);

    /// <summary>The same failure for each passage: the query could not be judged.</summary>
    protected static JudgeVerdict[] AllFailed(int passages, string fault) => [.. Enumerable.Repeat(JudgeVerdict.Failed(fault), passages)];

    /// <summary>Turns what is no number into a failure, and counts.</summary>
    protected IReadOnlyList<JudgeVerdict> Checked(IReadOnlyList<JudgeVerdict> verdicts)
    {
        JudgeVerdict[] sound = [.. verdicts.Select(verdict => verdict.Score is { } score && !double.IsFinite(score) ? JudgeVerdict.Failed(JudgeFaults.NotANumber) : verdict)];
        counts.Count(sound);
        return sound;
    }
}
