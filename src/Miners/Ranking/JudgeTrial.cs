using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Asks a judge about passages of which it is known whether they are relevant.</summary>
public static class JudgeTrial
{
    /// <summary>Judges one query.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="query">The query.</param>
    /// <param name="passages">The passages, best first by whatever found them.</param>
    /// <param name="relevant">Whether each is relevant.</param>
    /// <param name="chance">Draws the order for the position bias, which is judged in both directions and costs two more judgings; null leaves that out.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">Passages and truths are not as many.</exception>
    public static async Task<JudgedQuery> RunAsync(
        IPassageJudge judge, string query, IReadOnlyList<Passage> passages, IReadOnlyList<bool> relevant, UnitSeed? chance = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(relevant);
        if (passages.Count != relevant.Count) throw new ArgumentException($"{passages.Count} passages and {relevant.Count} truths.", nameof(relevant));
        int[] places = [.. Enumerable.Range(0, passages.Count)];
        IReadOnlyList<JudgedSample> samples = await AskAsync(places);
        if (chance is null) return new JudgedQuery { Samples = samples };
        int[] drawn = [.. places];
        chance.Shuffle(drawn.AsSpan());
        return new JudgedQuery { Samples = samples, Orders = [await AskAsync(drawn), await AskAsync([.. drawn.Reverse()])] };

        async Task<IReadOnlyList<JudgedSample>> AskAsync(int[] order)
        {
            IReadOnlyList<JudgeVerdict> verdicts = await judge.JudgeAsync(query, [.. order.Select(i => passages[i])], cancellationToken);
            return [.. order.Select((i, place) => new JudgedSample(verdicts[place], relevant[i], place, Words(passages[i])))];
        }
    }

    private static int Words(Passage passage) => passage.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
