using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>What one key-value stream of the context holds.</summary>
internal sealed class KvStream(int id)
{
    private readonly List<int> _prompt = [];

    /// <summary>Its number in the context.</summary>
    internal int Id => id;

    /// <summary>Tokens in the stream, decoded ones included: the position of the next one.</summary>
    internal int Length { get; private set; }

    /// <summary>Tokens that were computed as prompt. Decoded ones differ in their last bits, so only these are shared.</summary>
    internal ReadOnlySpan<int> Prompt => CollectionsMarshal.AsSpan(_prompt);

    /// <summary>When it was last read or written, in the pool's own count.</summary>
    internal long LastUse { get; set; }

    /// <summary>How often another request began from it.</summary>
    internal int Hits { get; set; }

    /// <summary>Leading tokens that it has in common with a request.</summary>
    internal int Common(ReadOnlySpan<int> tokens) => Prompt.CommonPrefixLength(tokens);

    internal void AppendPrompt(ReadOnlySpan<int> tokens)
    {
        _prompt.AddRange(tokens);
        Length = _prompt.Count;
    }

    internal void AppendDecoded() => Length++;

    internal void Truncate(int length)
    {
        CollectionsMarshal.SetCount(_prompt, length);
        Length = length;
    }

    internal void TakeOver(KvStream other)
    {
        _prompt.Clear();
        _prompt.AddRange(other._prompt);
        Length = other.Length;
    }
}
