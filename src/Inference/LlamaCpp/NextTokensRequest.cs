namespace R2Synth.Inference.LlamaCpp;

/// <summary>Weights of the tokens that may follow a prompt.</summary>
internal sealed class NextTokensRequest : EngineRequest<IReadOnlyList<NextToken>>
{
    /// <summary>The prompt's tokens, at least one.</summary>
    internal required int[] Prompt { get; init; }

    /// <summary>How many, at least 1.</summary>
    internal required int Top { get; init; }
}
