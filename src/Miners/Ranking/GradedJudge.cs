using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Grades from 0 up: the expected grade, sum over the labels of p(k) k, in [0, number of labels - 1].</summary>
/// <remarks>
/// Zhuang et al., 2310.14122 (expected relevance over fine-grained labels). The likeliest grade alone would tie most passages of a query; the expectation does not.
/// </remarks>
internal sealed class GradedJudge : PointwiseJudge
{
    private readonly RelevanceReader _reader;

    /// <summary>Creates a judge.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="prompt">Labels by rising grade, from 0.</param>
    /// <param name="words">Words of a passage that are read.</param>
    /// <param name="counts">Where failures are counted.</param>
    /// <exception cref="ArgumentException"><paramref name="prompt"/> has fewer than two labels.</exception>
    public GradedJudge(ITokenScorer scorer, JudgePrompt prompt, int words, ReplyCounts counts)
        : base(JudgeNames.Graded, counts)
    {
        if (prompt.Labels.Count < 2) throw new ArgumentException($"A grading prompt needs at least two labels; it has {prompt.Labels.Count}.", nameof(prompt));
        _reader = new RelevanceReader(scorer, prompt, words, scoresTexts: false);
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> ReadAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken) =>
        [.. (await _reader.ReadAsync(passage, queries, cancellationToken)).Select(Expected)];

    private static JudgeVerdict Expected(ContinuationScore score)
    {
        (double[]? shares, string? fault) = LabelWeights.Of(score.Labels);
        return shares is null ? JudgeVerdict.Failed(fault!) : JudgeVerdict.Of(shares.Select((share, grade) => share * grade).Sum()); // one of the two is there
    }
}
