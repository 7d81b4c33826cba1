namespace R2Synth.Miners.Selection;

/// <summary>Why a candidate is no negative.</summary>
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

    /// <summary>It is nearer to the query than the rule's fixed maximum.</summary>
    public const string AboveMaximum = "above-maximum";

    /// <summary>It is farther from the query than the rule's minimum: too easy.</summary>
    public const string BelowMinimum = "below-minimum";

    /// <summary>Its rank is outside the rule's window.</summary>
    public const string OutsideWindow = "outside-window";

    /// <summary>The retriever that the rule goes by did not return it.</summary>
    public const string NotRetrieved = "not-retrieved";

    /// <summary>It is not from a positive's document.</summary>
    public const string OtherDocument = "other-document";

    /// <summary>A negative already taken has the same text.</summary>
    public const string DuplicateOfNegative = "duplicate-of-negative";

    /// <summary>Enough negatives were found before it.</summary>
    public const string NotNeeded = "not-needed";
}
