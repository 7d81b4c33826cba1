using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>A Qwen3-Reranker model, or another one trained on its form: the share of "yes" in "yes" and "no" after the written-out chat template, in [0, 1].</summary>
/// <remarks>
/// 2506.05176 and QwenLM/Qwen3-Embedding: exp(l_yes) / (exp(l_yes) + exp(l_no)) of the last position. The paper puts the probabilities themselves into the exponent; the models' own code takes
/// logits, and so do we.
/// </remarks>
internal sealed class Qwen3RerankerJudge(ITokenScorer scorer, Prompt prompt, string instruction, int words, ReplyCounts counts) : PointwiseJudge(JudgeNames.Qwen3Reranker, counts)
{
    private static readonly Dictionary<string, object?> NoSlots = [];

    private readonly string _start = prompt.Render("start", NoSlots);
    private readonly string _end = prompt.Render("end", NoSlots);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> ReadAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken)
    {
        string document = LikelihoodJudge.Read(passage, words).TitleAndText;
        IReadOnlyList<ContinuationScore> scores = await scorer.ScoreAsync(_start, [.. queries.Select(query => Continuation(query, document))], cancellationToken);
        return [.. scores.Select(RelevanceReader.Relevance)];
    }

    private Continuation Continuation(string query, string document) => new()
    {
        Lead = prompt.Render("request", new Dictionary<string, object?> { ["instruction"] = Plain(instruction), ["query"] = Plain(query), ["document"] = Plain(document) }),
        Text = "",
        Then = _end,
        Labels = prompt.Labels,
        ControlTokens = true,
    };

    // A text about language models must not end its own message: a server reads names of control tokens wherever they stand.
    private static string Plain(string text) => text.Replace("<|", "< |", StringComparison.Ordinal);
}
