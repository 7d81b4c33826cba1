using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using R2Synth.Inference.LlamaCpp.Native;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Tokens near the top of a vocabulary's logits, without sorting the vocabulary.</summary>
internal sealed class Candidates
{
    private readonly List<TokenData> _tokens = [];

    internal Span<TokenData> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Takes every token whose logit is at least <paramref name="floor"/>, in order of id.</summary>
    internal void Collect(ReadOnlySpan<float> logits, float floor)
    {
        _tokens.Clear();
        Vector<float> floors = new(floor);
        int i = 0;
        for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (Vector.GreaterThanOrEqualAny(new Vector<float>(logits[i..]), floors))
                CollectOneByOne(logits, floor, i, i + Vector<float>.Count);
        }

        CollectOneByOne(logits, floor, i, logits.Length);
    }

    /// <summary>The tokens with the highest logits, by falling logit, ties by id.</summary>
    internal ReadOnlySpan<TokenData> Top(ReadOnlySpan<float> logits, int count)
    {
        float best = TensorPrimitives.Max(logits);
        foreach (float window in (ReadOnlySpan<float>)[6, 12, 24, float.PositiveInfinity])
        {
            Collect(logits, Math.Max(best - window, float.MinValue));
            if (_tokens.Count >= count)
                break;
        }

        Sort();
        return Tokens[..Math.Min(count, _tokens.Count)];
    }

    /// <summary>Drops what a grammar has masked.</summary>
    internal void DropMasked() => _tokens.RemoveAll(token => float.IsNegativeInfinity(token.Logit));

    /// <summary>Sorts by falling logit, ties by id.</summary>
    internal void Sort() => Tokens.Sort((a, b) => a.Logit != b.Logit ? b.Logit.CompareTo(a.Logit) : a.Id.CompareTo(b.Id));

    private void CollectOneByOne(ReadOnlySpan<float> logits, float floor, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (logits[i] >= floor)
                _tokens.Add(new TokenData { Id = i, Logit = logits[i] });
        }
    }
}
