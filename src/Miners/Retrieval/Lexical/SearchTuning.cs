namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>What changes how fast a search is, and nothing else.</summary>
/// <param name="Block">Passages a block, at most <see cref="MostPassages"/>.</param>
/// <param name="LookUpCost">How many postings can be added in the time in which one is looked up.</param>
internal readonly record struct SearchTuning(int Block, int LookUpCost)
{
    /// <summary>The largest block: its scores are 256 KiB, which a core's second cache holds.</summary>
    public const int MostPassages = 1 << 16;

    /// <summary>Measured on 100,000 and a million passages: blocks from 2^14 to 2^17 and costs from 10 to 40 are within a tenth of each other.</summary>
    public static SearchTuning Default { get; } = new(MostPassages, 20);
}
