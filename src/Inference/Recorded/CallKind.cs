namespace R2Synth.Inference.Recorded;

/// <summary>The kinds of recorded calls.</summary>
internal static class CallKind
{
    /// <summary>A chat, or a text to be continued.</summary>
    public const string Chat = "chat";

    /// <summary>A continuation scored after a prefix.</summary>
    public const string Score = "score";

    /// <summary>The tokens that may come next.</summary>
    public const string Next = "next";

    /// <summary>A text embedded.</summary>
    public const string Embedding = "embedding";

    /// <summary>A document scored for a query.</summary>
    public const string Rerank = "rerank";
}
