using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Money;

namespace R2Synth.Pipeline.Mining;

/// <summary>What became of every query. Queries = <see cref="Groups"/> + the rejects.</summary>
public sealed record MineSummary
{
    /// <summary>Queries read.</summary>
    public required long Queries { get; init; }

    /// <summary>Queries that became groups.</summary>
    public required long Groups { get; init; }

    /// <summary>Of them those with fewer negatives than asked for.</summary>
    public required long ShortGroups { get; init; }

    /// <summary>Positives in all groups.</summary>
    public required long Positives { get; init; }

    /// <summary>Negatives in all groups.</summary>
    public required long Negatives { get; init; }

    /// <summary>Negatives asked for and not found, over all groups.</summary>
    public required long MissingNegatives { get; init; }

    /// <summary>Groups whose positive is not the one that the qrels name first.</summary>
    public required long Relabelled { get; init; }

    /// <summary>Why candidates were refused, over all queries that came to the selection, sorted by ordinal reason.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>Queries that became no group, by stage and reason, sorted by ordinal name.</summary>
    public required IReadOnlyDictionary<string, int> Rejects { get; init; }

    /// <summary>What each judge was found to be worth on the user's judgments, and whether it votes; none without one.</summary>
    public IReadOnlyList<JudgeVote> Judges { get; init; } = [];

    /// <summary>How far each two judges agree on the candidates; none with fewer than two.</summary>
    public IReadOnlyList<JudgeAgreement> Agreements { get; init; } = [];

    /// <summary>Before and after the check for false negatives; null where there was none, also because no judge has a vote.</summary>
    public required FalseNegativeCounts? FalseNegatives { get; init; }

    /// <summary>Files written, relative to the run's folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>What the run did cost; null where nothing costs anything.</summary>
    public MoneyCount? Money { get; init; }

    /// <summary>What went wrong and did not end the run: of servers, of files, and a judge without a vote.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
