using R2Synth.Inference;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// Gecko's two judges from one reading of the passage: query likelihood and relevance classification. The passage comes first, so its pass is shared
/// by both scores and by all queries that it is judged for. As thread-safe as its scorer.
/// </summary>
/// <remarks>
/// Gecko (2403.20327, section 3.2): QL = log P(query | passage, prompt), RC = log P(label | query, passage, prompt). Two differences: QL is the mean over
/// the query's tokens (the same order within a query, and comparable between queries), and RC is the logarithm of the softmax over the two labels
/// (the weight of all other words is taken off, as in Qwen3's reranker, 2506.05176).
/// </remarks>
public sealed class LikelihoodJudge
{
    private readonly ITokenScorer _scorer;
    private readonly JudgePrompt _prompt;
    private readonly RelevanceReader _reader;

    /// <summary>Creates a judge.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="prompt">Its prompt.</param>
    /// <param name="judgedWords">Words of a passage that are read, at least 1.</param>
    /// <exception cref="ArgumentException"><paramref name="prompt"/> has not exactly two labels, or an empty prefix without a passage.</exception>
    public LikelihoodJudge(ITokenScorer scorer, JudgePrompt prompt, int judgedWords)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfLessThan(judgedWords, 1);
        ArgumentException.ThrowIfNullOrEmpty(prompt.NoPassagePrefix, nameof(prompt));
        if (prompt.Labels.Count != 2)
        {
            throw new ArgumentException($"A judge's prompt needs two labels, relevant and not relevant; it has {prompt.Labels.Count}.", nameof(prompt));
        }

        _scorer = scorer;
        _prompt = prompt;
        _reader = new RelevanceReader(scorer, prompt, judgedWords, scoresTexts: true);
    }

    /// <summary>Judges one passage for any number of queries.</summary>
    /// <param name="passage">The passage; only its first words are read, on one line.</param>
    /// <param name="queries">At least one, none of them blank; each is read on one line.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One score a query, in their order.</returns>
    /// <exception cref="ArgumentException"><paramref name="queries"/> is empty or holds a blank query.</exception>
    /// <exception cref="ContextExceededException">Passage and query do not fit the model's context.</exception>
    public async Task<IReadOnlyList<JudgeScore>> ScoreAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passage);
        IReadOnlyList<ContinuationScore> scores = await _reader.ReadAsync(passage, Lines(queries), cancellationToken);
        return [.. scores.Select(s => new JudgeScore(s.MeanLogLikelihood, LogShare(s.Labels[0], s.Labels[1])))];
    }

    /// <summary>How likely queries are by themselves: the same prompt without a passage.</summary>
    /// <inheritdoc cref="ScoreAsync" path="/param[@name='queries']"/>
    /// <param name="queries">At least one, none of them blank.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Mean natural log-probability of a token, one a query, in their order.</returns>
    public async Task<IReadOnlyList<double>> ScoreWithoutPassageAsync(IReadOnlyList<string> queries, CancellationToken cancellationToken = default)
    {
        Continuation[] continuations = [.. Lines(queries).Select(query => new Continuation { Lead = _prompt.QueryLead, Text = " " + query, Then = "", Labels = [] })];
        IReadOnlyList<ContinuationScore> scores = await _scorer.ScoreAsync(_prompt.NoPassagePrefix, continuations, cancellationToken);
        return [.. scores.Select(s => s.MeanLogLikelihood)];
    }

    /// <summary>What a judge reads of a passage: its first words, on one line.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="judgedWords">Most words of its text.</param>
    public static Passage Read(Passage passage, int judgedWords)
    {
        ArgumentNullException.ThrowIfNull(passage);
        return passage with { Title = TextLine.Of(passage.Title), Text = TextForm.FirstWords(passage.Text, judgedWords) };
    }

    /// <summary>What the seed passage tells about a query, in nats a token: near 0 for a query that would fit any passage, negative where the passage misleads.</summary>
    /// <param name="withSeed"><see cref="JudgeScore.Ql"/> of the seed passage.</param>
    /// <param name="withoutPassage">What <see cref="ScoreWithoutPassageAsync"/> gave for the query.</param>
    /// <remarks>A pointwise mutual information a token; ours, no paper's. It singles out vague queries ("SQLite is the answer").</remarks>
    public static double Grounding(double withSeed, double withoutPassage) => withSeed - withoutPassage;

    private static string[] Lines(IReadOnlyList<string> queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return queries.Count > 0 && !queries.Any(string.IsNullOrWhiteSpace)
            ? [.. queries.Select(TextLine.Of)]
            : throw new ArgumentException("A judge needs at least one query, and no blank one.", nameof(queries));
    }

    // log(e^yes / (e^yes + e^no)) = -log(1 + e^(no - yes)), for either sign of the difference without overflow.
    private static double LogShare(double yes, double no)
    {
        double gap = no - yes;
        if (double.IsNaN(gap))
        {
            return Math.Log(0.5); // neither label among the scored tokens: nothing is known
        }

        double share = gap > 0 ? -gap - Math.Log(1 + Math.Exp(-gap)) : -Math.Log(1 + Math.Exp(gap));
        return Math.Max(share, JudgeScore.LowestRc);
    }
}
