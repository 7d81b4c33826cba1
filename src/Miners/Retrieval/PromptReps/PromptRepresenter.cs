using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;

namespace R2Synth.Miners.Retrieval.PromptReps;

/// <summary>Represents texts by what a model is about to say: one reading of the prompt a text, and nothing written. Thread-safe.</summary>
/// <remarks>
/// <para>PromptReps (Zhuang et al., arXiv 2404.18424, section 3; code ielab/PromptReps). Dense: the last layer's hidden state at the last position, length 1. Sparse: ln(1 + max(0, logit)) of the vocabulary's
/// tokens that occur in the text, lower case, without English stop words and punctuation, the 128 heaviest; where none occurs, the 10 heaviest of all. Weights are 100 times that, rounded.</para>
/// <para>Differs in one place: words are runs of letters and digits, where the paper's code takes NLTK's tokenizer, which also splits off contractions.</para>
/// </remarks>
/// <param name="encoder">The model.</param>
/// <param name="prompt">The file <c>prompts/retrieval/promptreps.yaml</c>: a chat with the slots kind and text, and a template <c>begun</c>.</param>
public sealed class PromptRepresenter(IPromptEncoder encoder, Prompt prompt) : IPromptRepresenter
{
    /// <summary>Name of the prompt.</summary>
    public const string PromptName = "retrieval/promptreps";

    /// <summary>Tokens of a text that are read, as in the paper.</summary>
    private const int MostTokens = 512;

    private const int MostWeights = 128;

    private const int WeightsWithoutWords = 10;

    /// <inheritdoc/>
    /// <exception cref="ContextExceededException">The model's context holds less than prompt and 512 tokens, and the text is that long.</exception>
    public async Task<PromptRepresentation> RepresentAsync(string text, bool isQuery, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        string read = text.Length == 0 ? text : encoder.Cut(text, MostTokens);
        Dictionary<string, object?> slots = new(StringComparer.Ordinal) { ["kind"] = isQuery ? "Query" : "Passage", ["text"] = read };
        ChatMessage[] messages =
        [
            new(ChatRole.System, prompt.Render("system", slots)), new(ChatRole.User, prompt.Render("user", slots)), new(ChatRole.Assistant, prompt.Render(Prompt.Begun, slots)),
        ];
        PromptState state = await encoder.EncodeAsync(messages, cancellationToken);
        float[] dense = state.Hidden.ToArray();
        float norm = TensorPrimitives.Norm<float>(dense);
        if (norm > 0) TensorPrimitives.Divide(dense, norm, dense);
        return new PromptRepresentation { Dense = dense, Sparse = Weights(read, state.Logits.Span), TokensRead = state.TokensRead };
    }

    /// <summary>The words of a text that count: lower case, in their order, each once.</summary>
    internal static IReadOnlyList<string> Words(string text)
    {
        List<string> words = [];
        string lower = text.ToLower(CultureInfo.InvariantCulture);
        for (int start = 0; start < lower.Length;)
        {
            int end = start;
            while (end < lower.Length && char.IsLetterOrDigit(lower[end])) end++;
            if (end > start) words.Add(lower[start..end]);
            start = Math.Max(end, start + 1);
        }

        return [.. words.Where(word => !EnglishStopWords.All.Contains(word)).Distinct(StringComparer.Ordinal)];
    }

    private (int Token, int Weight)[] Weights(string text, ReadOnlySpan<float> logits)
    {
        HashSet<int> occurring = [.. Words(text).SelectMany(encoder.Tokens)];
        List<(int Token, float Logit)> weighed = [];
        if (occurring.Count > 0)
        {
            foreach (int token in occurring) weighed.Add((token, logits[token]));
        }
        else
        {
            for (int token = 0; token < logits.Length; token++) weighed.Add((token, logits[token]));
        }

        return
        [
            .. weighed.OrderByDescending(token => token.Logit).ThenBy(token => token.Token).Take(occurring.Count > 0 ? MostWeights : WeightsWithoutWords)
                .Select(token => (token.Token, Weight: (int)Math.Round(100 * Math.Log(1 + Math.Max(0, token.Logit)), MidpointRounding.ToEven)))
                .Where(token => token.Weight > 0).OrderBy(token => token.Token),
        ];
    }
}
