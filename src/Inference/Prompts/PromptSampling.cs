namespace R2Synth.Inference.Prompts;

/// <summary>A prompt's <c>sampling</c>. What is null is the backend's own choice.</summary>
public sealed record PromptSampling
{
    /// <summary>Temperature, 0 to 2; 0 takes the likeliest token.</summary>
    public float? Temperature { get; init; }

    /// <summary>Nucleus, over 0 and up to 1.</summary>
    public float? TopP { get; init; }

    /// <summary>Likeliest tokens that may be drawn, at least 1. OpenAI's own service has no such setting.</summary>
    public int? TopK { get; init; }

    /// <summary>Most tokens of a reply, at least 1.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts that end the reply and are no part of it; at most 4, since OpenAI takes no more.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];
}
