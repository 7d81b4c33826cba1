using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>Adds up what became of the queries. The sums depend on no order; what stages add is thread-safe.</summary>
/// <param name="asked">Negatives asked for a query.</param>
internal sealed class MineCounts(int asked)
{
    private readonly SortedDictionary<string, long> _refused = new(StringComparer.Ordinal);

    /// <summary>See <see cref="MineSummary.Groups"/>.</summary>
    public long Groups { get; private set; }

    /// <summary>See <see cref="MineSummary.ShortGroups"/>.</summary>
    public long ShortGroups { get; private set; }

    /// <summary>See <see cref="MineSummary.Positives"/>.</summary>
    public long Positives { get; private set; }

    /// <summary>See <see cref="MineSummary.Negatives"/>.</summary>
    public long Negatives { get; private set; }

    /// <summary>See <see cref="MineSummary.MissingNegatives"/>.</summary>
    public long MissingNegatives { get; private set; }

    /// <summary>See <see cref="MineSummary.Refused"/>.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused;

    /// <summary>See <see cref="MineSummary.FalseNegatives"/>.</summary>
    public FalseNegativeCounts FalseNegatives { get; private set; } = new();

    /// <summary>Takes what became of a query's candidates.</summary>
    public void Add(NegativeSelection selection)
    {
        lock (_refused)
        {
            foreach ((string reason, int count) in selection.Refused) _refused[reason] = _refused.GetValueOrDefault(reason) + count;
        }
    }

    /// <summary>Takes what a check of negatives came to.</summary>
    public void Add(FalseNegativeCounts counts)
    {
        lock (_refused) FalseNegatives = FalseNegatives.Plus(counts);
    }

    /// <summary>Takes a group; one at a time.</summary>
    public void Add(Group group)
    {
        Groups++;
        Positives += group.Positives.Count;
        Negatives += group.Negatives.Count;
        int missing = Math.Max(0, asked - group.Negatives.Count);
        MissingNegatives += missing;
        ShortGroups += missing > 0 ? 1 : 0;
    }
}
