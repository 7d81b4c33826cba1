namespace R2Synth.Inference;

/// <summary>What a backend can do. A recipe that needs more stops at start-up.</summary>
[Flags]
public enum BackendAbilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Writes text.</summary>
    Chat = 1,

    /// <summary>Holds a reply to a JSON Schema while it is written.</summary>
    StructuredOutput = 2,

    /// <summary>Gives the log-probabilities of chosen next tokens.</summary>
    TokenScores = 4,

    /// <summary>Gives the log-likelihood of a given text.</summary>
    PromptScores = 8,

    /// <summary>Embeds text.</summary>
    Embeddings = 16,

    /// <summary>Embeds each token of a text in its context.</summary>
    TokenEmbeddings = 32,

    /// <summary>Gives hidden state and logits at the end of a prompt.</summary>
    PromptStates = 64,
}
