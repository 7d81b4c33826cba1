namespace R2Synth.Miners.Selection;

/// <summary>Picks hard negatives among judged candidates. Implementations have no state.</summary>
public interface INegativeRule
{
    /// <summary>The name in settings (<see cref="MiningOptions.NegativeRule"/>).</summary>
    string Name { get; }

    /// <summary>Negatives a query that its paper or tool takes by default; null where it leaves that open.</summary>
    int? Published { get; }

    /// <summary>Whether it takes no negative at all, which is then no shortfall.</summary>
    bool TakesNone { get; }

    /// <summary>Whether it compares similarities, which only a vector retriever gives.</summary>
    bool NeedsSimilarity { get; }

    /// <summary>Candidates that it has to be given to be what it says; null where any number does.</summary>
    int? Depth { get; }

    /// <summary>Picks the negatives of one query. The result does not depend on the order of <see cref="NegativeRequest.Ranked"/>.</summary>
    /// <param name="request">What to pick from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The request asks for fewer than one.</exception>
    /// <exception cref="ArgumentException">The rule needs similarities that the request lacks.</exception>
    NegativeSelection Pick(NegativeRequest request);
}
