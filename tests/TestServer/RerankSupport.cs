namespace R2Synth.Testing;

/// <summary>How a server reranks.</summary>
public enum RerankSupport
{
    /// <summary>Not at all: 404.</summary>
    None,

    /// <summary><c>/v1/rerank</c> with <c>documents</c> and <c>results</c>, as Jina, Cohere, vLLM and llama.cpp have it.</summary>
    Jina,

    /// <summary><c>/rerank</c> with <c>texts</c> and a bare list, as Text Embeddings Inference has it.</summary>
    Tei,
}
