using R2Synth.Inference;

namespace R2Synth.Miners.Ranking;

/// <summary>What a user sees of a judge before asking it.</summary>
public sealed record JudgeDescription
{
    /// <summary>The name in settings.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string Method { get; init; }

    /// <summary>The paper, with its arXiv number.</summary>
    public required string Source { get; init; }

    /// <summary>What the model must be able to do: all of one of these, the first that holds is used.</summary>
    public required IReadOnlyList<BackendAbilities> Needs { get; init; }

    /// <summary>Its prompts by need, in the order of <see cref="Needs"/>; empty for a judge without a prompt.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>Whether its verdict on a passage depends on the other passages and their order.</summary>
    public bool SeesOthers { get; init; }

    /// <summary>Whether it compares with gold answers, so that it can judge only queries that have some.</summary>
    public bool NeedsGold { get; init; }

    /// <summary>The score that means certainly relevant, 0 meaning certainly not: a score over this is a probability. Null for a judge that only ranks.</summary>
    public double? Certain { get; init; }

    /// <summary>The score from which a passage counts as relevant; null for a judge that only ranks.</summary>
    public double? Threshold { get; init; }
}
