namespace R2Synth.Inference.Hosted;

/// <summary>How a server is asked to rerank.</summary>
/// <param name="AtRoot">Whether the path stands beside <c>/v1</c> and not below it.</param>
/// <param name="Documents">The name of the documents: <c>documents</c>, or <c>texts</c> at Text Embeddings Inference.</param>
internal sealed record RerankMethod(bool AtRoot, string Documents)
{
    /// <summary>Path below <c>/v1</c>.</summary>
    public const string Path = "rerank";

    /// <summary>Stands for the same path beside <c>/v1</c>; <see cref="HostedEndpoint"/> makes the address.</summary>
    public const string RootPath = "root/rerank";

    /// <summary>What is tried: Jina's form, which vLLM, llama.cpp and (but for the version in the address) Cohere have too, then that of Text Embeddings Inference.</summary>
    public static IReadOnlyList<RerankMethod> All { get; } = [new(false, "documents"), new(true, "documents"), new(false, "texts"), new(true, "texts")];

    /// <summary>The path to post to.</summary>
    public string Address => AtRoot ? RootPath : Path;

    /// <summary>Whether it has Jina's form, with a list of results in an object.</summary>
    public bool IsJina => Documents == "documents";
}
