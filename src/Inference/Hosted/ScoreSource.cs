namespace R2Synth.Inference.Hosted;

/// <summary>Where a server's log-probabilities come from.</summary>
internal enum ScoreSource
{
    /// <summary>Text completions with vLLM's <c>prompt_logprobs</c>: the prompt's own tokens and no others, in a short reply.</summary>
    Vllm,

    /// <summary>Text completions with <c>echo</c> and <c>logprobs</c>, OpenAI's older form: the prompt comes back, every token with its likeliest rivals.</summary>
    Echo,

    /// <summary>A chat reply's <c>logprobs</c>: of its first token only, so labels and no texts.</summary>
    Chat,
}
