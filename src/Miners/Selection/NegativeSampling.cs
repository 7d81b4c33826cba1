namespace R2Synth.Miners.Selection;

/// <summary>Which of the admitted candidates are taken. Chance depends on the run's seed, the query's id and the candidate's docid alone.</summary>
public enum NegativeSampling
{
    /// <summary>The first in the rule's order: the hardest.</summary>
    Top,

    /// <summary>Each equally likely.</summary>
    Random,

    /// <summary>At equal steps from the first to the last: hard and easy ones side by side.</summary>
    Spaced,

    /// <summary>By chance without replacement, weight = place^(-1 / temperature): near 0 like <see cref="Top"/>, large like <see cref="Random"/>.</summary>
    Tempered,
}
