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
        IReadOnlyList<JudgedSample> samples = Samples(await judge.JudgeAsync(query, passages, cancellationToken), passages, relevant, places);
        return new JudgedQuery { Samples = samples, Orders = chance is null ? [] : await OrdersAsync(judge, query, passages, relevant, chance, cancellationToken) };
    }

    /// <summary>What a judge said already, as a measured query.</summary>
    /// <param name="verdicts">One a passage.</param>
    /// <param name="passages">The passages, in the order in which the judge saw them.</param>
    /// <param name="relevant">Whether each is relevant.</param>
    public static IReadOnlyList<JudgedSample> Samples(IReadOnlyList<JudgeVerdict> verdicts, IReadOnlyList<Passage> passages, IReadOnlyList<bool> relevant)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(relevant);
        return Samples(verdicts, passages, relevant, [.. Enumerable.Range(0, passages.Count)]);
    }

    /// <summary>Judges the passages in a drawn order and in its reverse: <see cref="JudgedQuery.Orders"/>.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="query">The query.</param>
    /// <param name="passages">The passages.</param>
    /// <param name="relevant">Whether each is relevant.</param>
    /// <param name="chance">Draws the order.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static async Task<IReadOnlyList<IReadOnlyList<JudgedSample>>> OrdersAsync(
        IPassageJudge judge, string query, IReadOnlyList<Passage> passages, IReadOnlyList<bool> relevant, UnitSeed chance, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(relevant);
        ArgumentNullException.ThrowIfNull(chance);
        int[] drawn = [.. Enumerable.Range(0, passages.Count)];
        chance.Shuffle(drawn.AsSpan());
        return [await AskAsync(drawn), await AskAsync([.. drawn.Reverse()])];

        async Task<IReadOnlyList<JudgedSample>> AskAsync(int[] order) =>
            Samples(await judge.JudgeAsync(query, [.. order.Select(i => passages[i])], cancellationToken), passages, relevant, order);
    }

    private static JudgedSample[] Samples(IReadOnlyList<JudgeVerdict> verdicts, IReadOnlyList<Passage> passages, IReadOnlyList<bool> relevant, int[] order) =>
        [.. order.Select((i, place) => new JudgedSample(verdicts[place], relevant[i], place, Words(passages[i])))];

    private static int Words(Passage passage) => passage.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
