namespace R2Synth.Inference.LlamaCpp;

/// <summary>Texts to be scored after one prefix.</summary>
internal sealed class ScoreRequest : EngineRequest<IReadOnlyList<ContinuationScore>>
{
    internal required IReadOnlyList<ScoredText> Texts { get; init; }
}
