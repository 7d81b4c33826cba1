namespace R2Synth.Miners.Selection;

/// <summary>Picks hard negatives among judged candidates. Implementations have no state.</summary>
public interface INegativeRule
{
    /// <summary>The name in settings (<see cref="MiningOptions.NegativeRule"/>).</summary>
    string Name { get; }

    /// <summary>Picks the negatives of one query. The result does not depend on the order of <see cref="NegativeRequest.Ranked"/>.</summary>
    /// <param name="request">What to pick from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The request asks for fewer than one.</exception>
    NegativeSelection Pick(NegativeRequest request);
}
