namespace R2Synth.Pipeline.Dedup;

/// <summary>
/// How a MinHash signature is cut for locality-sensitive hashing: two texts are compared when all rows of at least one band agree. For texts of Jaccard
/// similarity s that happens with probability 1 - (1 - s^rows)^bands, the S-curve (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4.2).
/// </summary>
/// <param name="Bands">Bands.</param>
/// <param name="Rows">Hashes in a band.</param>
internal readonly record struct Banding(int Bands, int Rows)
{
    /// <summary>
    /// Largest share of pairs lying exactly on the threshold that may go unseen. Candidates are verified, so a curve that rises early costs time, never a
    /// wrong duplicate; a late one would lose duplicates.
    /// </summary>
    public const double MaxMissed = 0.02;

    /// <summary>The steepest curve (most rows) that still sees a pair on the threshold.</summary>
    /// <param name="threshold">Jaccard similarity of a near-duplicate, in (0, 1].</param>
    /// <param name="hashes">Hashes of a signature, at least 1; not all need be used.</param>
    /// <remarks>0.7 and 128 hashes give 25 bands of 5 rows: P(0.5) = 0.55, P(0.6) = 0.87, P(0.7) = 0.990, P(0.8) = 0.9999.</remarks>
    public static Banding Choose(double threshold, int hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hashes, 1);
        for (int rows = hashes; rows > 1; rows--)
        {
            Banding banding = new(hashes / rows, rows);
            if (banding.Probability(threshold) >= 1 - MaxMissed)
            {
                return banding;
            }
        }

        return new Banding(hashes, 1);
    }

    /// <summary>Probability that texts of a Jaccard similarity are compared.</summary>
    public double Probability(double similarity) => 1 - Math.Pow(1 - Math.Pow(similarity, Rows), Bands);
}
