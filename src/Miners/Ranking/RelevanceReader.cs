using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// One reading of a passage, for every judge that weighs labels after it: the recipes', query likelihood, yes/no relevance, grades. All ask in the same words, so that what one has scored
/// before is in the cache for the others.
/// </summary>
/// <param name="scorer">The model.</param>
/// <param name="prompt">Its prompt.</param>
/// <param name="words">Words of a passage that are read.</param>
/// <param name="scoresTexts">Whether the model scores texts; without it only the labels are weighed.</param>
internal sealed class RelevanceReader(ITokenScorer scorer, JudgePrompt prompt, int words, bool scoresTexts)
{
    /// <summary>Reads a passage for queries that are on one line each.</summary>
    public async Task<IReadOnlyList<ContinuationScore>> ReadAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken)
    {
        string prefix = prompt.PassagePrefix(LikelihoodJudge.Read(passage, words));
        return await scorer.ScoreAsync(prefix, [.. queries.Select(Continuation)], cancellationToken);
    }

    /// <summary>The softmax share of the first label, in [0, 1].</summary>
    public static JudgeVerdict Relevance(ContinuationScore score)
    {
        (double[]? shares, string? fault) = LabelWeights.Of(score.Labels);
        return shares is null ? JudgeVerdict.Failed(fault!) : JudgeVerdict.Of(shares[0]); // one of the two is there
    }

    /// <summary>The query's log-likelihood, a token or in all; at most 0.</summary>
    public static JudgeVerdict Likelihood(ContinuationScore score, LikelihoodOf of) => score.Tokens == 0
        ? JudgeVerdict.Failed(JudgeFaults.NotANumber)
        : JudgeVerdict.Of(of == LikelihoodOf.Sum ? score.LogLikelihood : score.MeanLogLikelihood);

    private Continuation Continuation(string query) => scoresTexts
        ? new() { Lead = prompt.QueryLead, Text = " " + query, Then = prompt.VerdictLead, Labels = prompt.Labels }
        : new() { Lead = $"{prompt.QueryLead} {query}{prompt.VerdictLead}", Text = "", Labels = prompt.Labels };
}
