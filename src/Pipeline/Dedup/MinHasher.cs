using System.IO.Hashing;
using System.Runtime.InteropServices;
using R2Synth.Records;

namespace R2Synth.Pipeline.Dedup;

/// <summary>
/// Character 5-grams of a text and their MinHash signature (Broder 1997): the share of equal places in two signatures estimates the Jaccard similarity of
/// the 5-gram sets, with a standard error of sqrt(s (1 - s) / hashes). Character grams, since queries are too short for FineWeb's word 5-grams.
/// The hash functions are constants, so signatures agree over runs, partitions and machines. Not thread-safe: it reuses its buffers.
/// </summary>
internal sealed class MinHasher
{
    /// <summary>UTF-16 code units in a gram.</summary>
    public const int GramLength = 5;

    /// <summary>Usual number of hashes; FineWeb takes 112, text-dedup 128 to 256.</summary>
    public const int DefaultHashes = 128;

    private readonly ulong[] _factors;
    private readonly ulong[] _terms;
    private readonly uint[] _signature;
    private uint[] _grams = new uint[256];

    /// <summary>Makes one.</summary>
    /// <param name="hashes">Places of a signature, at least 1.</param>
    public MinHasher(int hashes = DefaultHashes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashes, 1);
        var seed = new UnitSeed(0, "minhash", 0);
        _factors = new ulong[hashes];
        _terms = new ulong[hashes];
        for (int i = 0; i < hashes; i++)
        {
            _factors[i] = seed.NextUInt64() | 1; // odd: a bijection of the 64-bit numbers
            _terms[i] = seed.NextUInt64();
        }

        _signature = new uint[hashes];
    }

    /// <summary>The distinct hashed grams of a text, rising.</summary>
    /// <param name="normalised">From <see cref="NormalisedText"/>.</param>
    /// <returns>Empty for a text of fewer than <see cref="GramLength"/> code units. Valid until the next call.</returns>
    public ReadOnlySpan<uint> Grams(string normalised)
    {
        int count = Math.Max(0, normalised.Length - GramLength + 1);
        if (_grams.Length < count)
        {
            _grams = new uint[Math.Max(count, 2 * _grams.Length)];
        }

        Span<uint> grams = _grams.AsSpan(0, count);
        for (int i = 0; i < count; i++)
        {
            grams[i] = (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(normalised.AsSpan(i, GramLength)));
        }

        grams.Sort();
        int distinct = 0;
        for (int i = 0; i < count; i++)
        {
            if (i == 0 || grams[i] != grams[i - 1])
            {
                grams[distinct++] = grams[i];
            }
        }

        return grams[..distinct];
    }

    /// <summary>The signature of a set of grams: for each hash function the smallest value that it gives.</summary>
    /// <param name="grams">At least one.</param>
    /// <returns>One value a hash function. Valid until the next call.</returns>
    public ReadOnlySpan<uint> Sign(ReadOnlySpan<uint> grams)
    {
        for (int i = 0; i < _signature.Length; i++)
        {
            ulong factor = _factors[i];
            ulong term = _terms[i];
            uint smallest = uint.MaxValue;
            foreach (uint gram in grams)
            {
                // Multiply and mix: the high bits of one product alone are too regular for a minimum.
                ulong value = (gram + term) * factor;
                value = (value ^ (value >> 32)) * 0x9E3779B97F4A7C15;
                smallest = Math.Min(smallest, (uint)(value >> 32));
            }

            _signature[i] = smallest;
        }

        return _signature;
    }

    /// <summary>Jaccard similarity of two sets of grams, each rising and distinct: size of the intersection over size of the union; 0 where both are empty.</summary>
    public static double Jaccard(ReadOnlySpan<uint> one, ReadOnlySpan<uint> other)
    {
        int common = 0;
        for (int i = 0, j = 0; i < one.Length && j < other.Length;)
        {
            if (one[i] == other[j])
            {
                common++;
                i++;
                j++;
            }
            else if (one[i] < other[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        int union = one.Length + other.Length - common;
        return union == 0 ? 0 : (double)common / union;
    }
}
