namespace R2Synth.Inference;

/// <summary>A model's state at the last position of a prompt.</summary>
public sealed record PromptState
{
    /// <summary>The last layer's hidden state, after its norm, of any length: what the logits are made from.</summary>
    public required ReadOnlyMemory<float> Hidden { get; init; }

    /// <summary>The logit of every token of the vocabulary, by id.</summary>
    public required ReadOnlyMemory<float> Logits { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public required int TokensRead { get; init; }
}
