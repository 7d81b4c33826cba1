namespace R2Synth.Inference.Hosted;

/// <summary>What is asked of a server.</summary>
internal enum RequestForm
{
    /// <summary><c>chat/completions</c>.</summary>
    Chat,

    /// <summary><c>completions</c>.</summary>
    Completion,

    /// <summary><c>embeddings</c>.</summary>
    Embedding,

    /// <summary><c>rerank</c>.</summary>
    Rerank,
}
