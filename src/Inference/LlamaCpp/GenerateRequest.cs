namespace R2Synth.Inference.LlamaCpp;

/// <summary>A reply to be written.</summary>
internal sealed class GenerateRequest : EngineRequest<Generation>
{
    internal delegate void LogitsObserver(ReadOnlySpan<float> logits);

    /// <summary>The prompt's tokens, at least one.</summary>
    internal required int[] Prompt { get; init; }

    /// <summary>Leading tokens that other requests share, where the caller knows; else 0.</summary>
    internal int Shared { get; init; }

    /// <summary>Tokens at most, at least 1.</summary>
    internal required int MaxTokens { get; init; }

    /// <summary>Texts that end the reply, in UTF-8.</summary>
    internal IReadOnlyList<byte[]> Stops { get; init; } = [];

    /// <summary>Whether the reply may begin with thoughts (<see cref="Thinking"/>): stop texts count after them, and they are left out of the text.</summary>
    internal bool Thinks { get; init; }

    /// <summary>Sees the logits before each draw; the tests compare their bits.</summary>
    internal LogitsObserver? Observer { get; init; }

    internal SamplingOptions Sampling { get; init; } = new();

    /// <summary>Tokens that it may take of a sequence: what decides where it goes.</summary>
    internal int Length => Prompt.Length + MaxTokens;
}
