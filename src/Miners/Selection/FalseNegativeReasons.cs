namespace R2Synth.Miners.Selection;

/// <summary>Why <see cref="FalseNegativeCascade"/> drops a query.</summary>
public static class FalseNegativeReasons
{
    /// <summary>A negative answers it, and the action is <see cref="FalseNegativeAction.Drop"/>.</summary>
    public const string FalseNegative = "false-negative";

    /// <summary>More negatives answer it than are allowed: it asks for nothing in particular (RLHN's k).</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>No positive reaches what counts as an answer (PixelRAG).</summary>
    public const string PositiveFails = "positive-fails";

    /// <summary>No positive could be judged, so that there is nothing to compare with.</summary>
    public const string JudgeFailed = "judge-failed";
}
