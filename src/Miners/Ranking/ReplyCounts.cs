namespace R2Synth.Miners.Ranking;

/// <summary>Counts a judge's replies and failed verdicts by their names in <see cref="JudgeFaults"/>. Thread-safe.</summary>
public sealed class ReplyCounts
{
    private readonly SortedDictionary<string, long> _replies = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _failed = new(StringComparer.Ordinal);
    private long _verdicts;

    /// <summary>Replies that were read as text, by what was found of them, <see cref="JudgeFaults.Ok"/> included; empty for a judge that only weighs tokens.</summary>
    public IReadOnlyDictionary<string, long> Replies => Copy(_replies);

    /// <summary>Verdicts without a score, by reason.</summary>
    public IReadOnlyDictionary<string, long> Failed => Copy(_failed);

    /// <summary>Verdicts given, those without a score included.</summary>
    public long Verdicts
    {
        get { lock (_replies) return _verdicts; }
    }

    internal void CountReply(string outcome)
    {
        lock (_replies) _replies[outcome] = _replies.GetValueOrDefault(outcome) + 1;
    }

    internal void Count(IReadOnlyList<JudgeVerdict> verdicts)
    {
        lock (_replies)
        {
            _verdicts += verdicts.Count;
            foreach (JudgeVerdict verdict in verdicts)
            {
                if (verdict.Fault is { } fault) _failed[fault] = _failed.GetValueOrDefault(fault) + 1;
            }
        }
    }

    private SortedDictionary<string, long> Copy(SortedDictionary<string, long> counts)
    {
        lock (_replies) return new SortedDictionary<string, long>(counts, StringComparer.Ordinal);
    }
}
