namespace R2Synth.Cli.Progress;

/// <summary>A stage at one moment.</summary>
/// <param name="Name">Recipe and stage.</param>
/// <param name="Expected">Units that will come; 0 when it is not known.</param>
/// <param name="Done">Units that went on or were rejected.</param>
/// <param name="Rejected">Units that were rejected.</param>
internal readonly record struct StageSnapshot(string Name, long Expected, long Done, long Rejected)
{
    /// <summary>Whether all units that are expected have come through.</summary>
    public bool Ended => Expected > 0 && Done >= Expected;
}
