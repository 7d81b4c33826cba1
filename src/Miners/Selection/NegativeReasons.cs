namespace R2Synth.Miners.Selection;

/// <summary>Why a candidate is no negative; the first that applies, in this order.</summary>
public static class NegativeReasons
{
    /// <summary>It is the positive.</summary>
    public const string Positive = "positive";

    /// <summary>It is the seed, which lost against the positive.</summary>
    public const string Seed = "seed";

    /// <summary>It is known to be relevant.</summary>
    public const string AlsoRelevant = "also-relevant";

    /// <summary>It says what the positive says.</summary>
    public const string DuplicateOfPositive = "duplicate-of-positive";

    /// <summary>It says what the seed, or another relevant passage, says.</summary>
    public const string DuplicateOfRelevant = "duplicate-of-relevant";

    /// <summary>It is as near to the query as the positive, by the rule's margin: likely a false negative.</summary>
    public const string AboveMargin = "above-margin";

    /// <summary>A negative already taken has the same text.</summary>
    public const string DuplicateOfNegative = "duplicate-of-negative";

    /// <summary>Enough negatives were found before it.</summary>
    public const string NotNeeded = "not-needed";
}
