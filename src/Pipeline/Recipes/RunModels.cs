using R2Synth.Inference.Structured;
using R2Synth.Miners.Ranking;

namespace R2Synth.Pipeline.Recipes;

/// <summary>What a recipe works with that writes and judges: models behind the cache.</summary>
internal sealed class RunModels
{
    /// <summary>The model that writes.</summary>
    public required StructuredCaller Writer { get; init; }

    /// <summary>Whether it takes the prompts for weak models.</summary>
    public required bool WeakWriter { get; init; }

    /// <summary>What its replies depend on.</summary>
    public required string WriterIdentity { get; init; }

    /// <summary>Gecko's two judges from one reading, which tell too whether a query is grounded in its seed.</summary>
    public required LikelihoodJudge Judge { get; init; }

    /// <summary>The judges of passages.</summary>
    public required RecipeJudges Judges { get; init; }

    /// <summary>The judges' prompts, hash by name.</summary>
    public required IReadOnlyDictionary<string, string> JudgePrompts { get; init; }

    /// <summary>What the judges' scores depend on: the model and the prompts.</summary>
    public required string JudgeIdentity { get; init; }

    /// <summary>Units under way at once in a stage that writes.</summary>
    public required int WriterParallelism { get; init; }

    /// <summary>Units under way at once in a stage that judges.</summary>
    public required int JudgeParallelism { get; init; }
}
