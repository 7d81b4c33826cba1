namespace R2Synth.Testing;

/// <summary>What a <see cref="TestServer"/> can do; by default everything.</summary>
public sealed class ServerAbilities
{
    /// <summary>The chat field <c>response_format</c>. Where it is ignored, the JSON comes in a fenced block after a sentence and keeps no bounds.</summary>
    public Support ResponseFormat { get; set; }

    /// <summary>The fields <c>logprobs</c> and <c>top_logprobs</c> of chat and <c>logprobs</c> of completions.</summary>
    public Support Logprobs { get; set; }

    /// <summary>The completions field <c>echo</c>.</summary>
    public Support Echo { get; set; }

    /// <summary>The completions field <c>prompt_logprobs</c> (vLLM's own).</summary>
    public Support PromptLogprobs { get; set; }

    /// <summary>Whether <c>/v1/completions</c> is there; else 404.</summary>
    public bool Completions { get; set; } = true;

    /// <summary>Whether <c>/v1/embeddings</c> is there; else 404.</summary>
    public bool Embeddings { get; set; } = true;

    /// <summary>How it reranks.</summary>
    public RerankSupport Rerank { get; set; } = RerankSupport.Jina;

    /// <summary>Whether <c>/v1/models</c> is there; else 404.</summary>
    public bool Models { get; set; } = true;
}
