namespace R2Synth.Miners.Selection;

/// <summary>What is done with a negative that turns out to answer its query.</summary>
public enum FalseNegativeAction
{
    /// <summary>Negatives are not checked.</summary>
    None,

    /// <summary>The negative goes.</summary>
    Remove,

    /// <summary>It becomes a positive: what RLHN found best (2505.16967).</summary>
    Relabel,

    /// <summary>The whole query goes.</summary>
    Drop,
}
