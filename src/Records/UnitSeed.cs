using System.Buffers.Binary;
using System.Text;

namespace R2Synth.Records;

/// <summary>
/// Chance for one unit of work, derived from (run seed, purpose, ordinal): independent of order, batch, worker count and machine.
/// A counter-based generator (SplitMix64), so it is the same in every version of the runtime.
/// </summary>
public sealed class UnitSeed
{
    private ulong _state;

    /// <summary>Derives the stream of a unit.</summary>
    /// <param name="runSeed">The run's seed.</param>
    /// <param name="purpose">What it is for, for instance <c>gecko/seeds</c>: two purposes never share a stream.</param>
    /// <param name="ordinal">The unit's number.</param>
    public UnitSeed(long runSeed, string purpose, long ordinal)
    {
        byte[] name = Encoding.UTF8.GetBytes(purpose);
        byte[] key = new byte[16 + name.Length];
        BinaryPrimitives.WriteInt64LittleEndian(key, runSeed);
        BinaryPrimitives.WriteInt64LittleEndian(key.AsSpan(8), ordinal);
        name.CopyTo(key, 16);
        _state = System.IO.Hashing.XxHash3.HashToUInt64(key);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The next number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next integer in [0, <paramref name="exclusiveMaximum"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMaximum"/> is below 1.</exception>
    public int Next(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        return (int)(((UInt128)NextUInt64() * (ulong)exclusiveMaximum) >> 64);
    }

    /// <summary>A seed for a model's sampler, in [0, 2^31).</summary>
    public int NextSamplerSeed() => (int)(NextUInt64() >> 33);

    /// <summary>Shuffles in place (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
