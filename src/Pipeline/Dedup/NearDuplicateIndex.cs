using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace R2Synth.Pipeline.Dedup;

/// <summary>
/// The texts kept so far, asked whether a new one repeats one of them: the same after <see cref="NormalisedText"/>, or of a Jaccard similarity of character
/// 5-grams from the threshold on. MinHash bands only find candidates; each is verified on the grams themselves, so every duplicate is a true one and
/// at most <see cref="Banding.MaxMissed"/> of the pairs on the threshold go unseen.
/// </summary>
/// <remarks>
/// The first of two stays, so add in id order. Texts of fewer than five code units are compared exactly only. Not thread-safe.
/// Memory a text: 4 bytes a distinct gram (a query of 60 characters has at most 56) and about 40 bytes a band; 1.3 KB measured at 0.7.
/// </remarks>
internal sealed class NearDuplicateIndex
{
    private const int None = -1;

    private readonly MinHasher _hasher = new();
    private readonly Banding _banding;
    private readonly double _threshold;
    private readonly List<string> _ids = [];
    private readonly List<uint[]> _grams = [];
    private readonly Dictionary<UInt128, int> _exact = [];

    // The last text in each bucket, and for each text and band the one before it in the same bucket.
    private readonly Dictionary<ulong, int> _last = [];
    private readonly List<int> _before = [];

    private readonly ulong[] _buckets;
    private readonly HashSet<int> _compared = [];

    /// <summary>Makes an empty index.</summary>
    /// <param name="threshold">Jaccard similarity from which two texts are near-duplicates, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is outside.</exception>
    public NearDuplicateIndex(double threshold)
    {
        _threshold = threshold;
        _banding = Banding.Choose(threshold, MinHasher.DefaultHashes);
        _buckets = new ulong[_banding.Bands];
    }

    /// <summary>Texts kept.</summary>
    public int Count => _ids.Count;

    /// <summary>Keeps a text unless it repeats one that is kept.</summary>
    /// <param name="id">Its id, for <paramref name="duplicateOf"/> of later ones.</param>
    /// <param name="text">The text as it is.</param>
    /// <param name="duplicateOf">Where it is a duplicate, the id of the most similar text kept, the earliest of equals; else null.</param>
    /// <param name="similarity">Of <paramref name="duplicateOf"/>: 1 for the same text; else the greatest found, below the threshold, 0 where nothing was near.</param>
    /// <returns>Whether it was kept.</returns>
    public bool TryAdd(string id, string text, [NotNullWhen(false)] out string? duplicateOf, out double similarity)
    {
        string normalised = NormalisedText.Of(text);
        UInt128 whole = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(normalised.AsSpan()));
        if (_exact.TryGetValue(whole, out int same))
        {
            duplicateOf = _ids[same];
            similarity = 1;
            return false;
        }

        ReadOnlySpan<uint> grams = _hasher.Grams(normalised);
        similarity = 0;
        if (!grams.IsEmpty)
        {
            FillBuckets(_hasher.Sign(grams));
            int nearest = FindNearest(grams, out similarity);
            if (nearest != None && similarity >= _threshold)
            {
                duplicateOf = _ids[nearest];
                return false;
            }
        }

        Add(id, whole, grams);
        duplicateOf = null;
        return true;
    }

    private void FillBuckets(ReadOnlySpan<uint> signature)
    {
        for (int band = 0; band < _buckets.Length; band++)
        {
            _buckets[band] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(signature.Slice(band * _banding.Rows, _banding.Rows)), band);
        }
    }

    private int FindNearest(ReadOnlySpan<uint> grams, out double similarity)
    {
        int nearest = None;
        similarity = 0;
        _compared.Clear();
        for (int band = 0; band < _buckets.Length; band++)
        {
            int candidate = _last.GetValueOrDefault(_buckets[band], None);
            for (; candidate != None; candidate = _before[(candidate * _buckets.Length) + band])
            {
                if (!_compared.Add(candidate))
                {
                    continue;
                }

                double found = MinHasher.Jaccard(grams, _grams[candidate]);
                if (found > similarity || (found == similarity && candidate < nearest))
                {
                    nearest = candidate;
                    similarity = found;
                }
            }
        }

        return nearest;
    }

    private void Add(string id, UInt128 whole, ReadOnlySpan<uint> grams)
    {
        int place = _ids.Count;
        _ids.Add(id);
        _grams.Add(grams.ToArray());
        _exact.Add(whole, place);
        foreach (ulong bucket in _buckets)
        {
            if (grams.IsEmpty)
            {
                _before.Add(None);
                continue;
            }

            ref int last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, bucket, out bool known);
            _before.Add(known ? last : None);
            last = place;
        }
    }
}
