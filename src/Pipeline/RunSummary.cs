using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Money;

namespace R2Synth.Pipeline;

/// <summary>What a run made: the closing table, and the figures in <c>run.json</c>.</summary>
public sealed record RunSummary
{
    /// <summary>One entry a recipe, in the order of the request.</summary>
    public required IReadOnlyList<RecipeSummary> Recipes { get; init; }

    /// <summary>How each judge did on the run's own seeds, and whether it voted.</summary>
    public required IReadOnlyList<JudgeVote> Judges { get; init; }

    /// <summary>How far each two judges agree, by recipe.</summary>
    public IReadOnlyList<JudgeAgreement> Agreements { get; init; } = [];

    /// <summary>Files written, relative to the run's folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>What the run did cost over all its processes, and its budget; null where nothing costs anything.</summary>
    public MoneyCount? Money { get; init; }

    /// <summary>What went wrong with servers and did not end the run.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
