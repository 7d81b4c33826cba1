using System.Runtime.InteropServices;
using System.Text;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>The bytes of a reply as they come, and the stop texts that end it.</summary>
/// <param name="stops">The stop texts, in UTF-8.</param>
/// <param name="thinks">Whether thoughts may come first, in which stop texts do not count.</param>
internal sealed class ReplyText(IReadOnlyList<byte[]> stops, bool thinks = false)
{
    private static readonly byte[] Open = [.. "<think>"u8];
    private static readonly byte[] Close = [.. "</think>"u8];

    private readonly List<byte> _bytes = [];
    private int _begin; // where the reply begins, after its thoughts
    private readonly int _longestStop = stops.Count == 0 ? 0 : stops.Max(stop => stop.Length);

    /// <summary>Adds a token.</summary>
    /// <returns>True once a stop text is complete; the text then ends before its first occurrence.</returns>
    internal bool Append(int token, Tokenizer tokenizer)
    {
        int before = _bytes.Count;
        tokenizer.Decode(token, _bytes);
        if (thinks && InThoughts())
            return false;

        int from = Math.Max(_begin, before - _longestStop + 1);
        int first = int.MaxValue;
        foreach (byte[] stop in stops)
        {
            int at = CollectionsMarshal.AsSpan(_bytes)[from..].IndexOf(stop);
            if (at >= 0)
                first = Math.Min(first, from + at);
        }

        if (first == int.MaxValue)
            return false;

        CollectionsMarshal.SetCount(_bytes, first);
        return true;
    }

    private bool InThoughts()
    {
        ReadOnlySpan<byte> text = CollectionsMarshal.AsSpan(_bytes);
        ReadOnlySpan<byte> begun = text.TrimStart(" \n"u8);
        if (_begin > 0 || !(begun.StartsWith(Open) || Open.AsSpan().StartsWith(begun)))
            return false;

        int end = text.IndexOf(Close);
        if (end < 0)
            return true;

        _begin = end + Close.Length;
        return false;
    }

    /// <summary>The text so far, without a character that was cut in its middle.</summary>
    public override string ToString()
    {
        ReadOnlySpan<byte> bytes = CollectionsMarshal.AsSpan(_bytes);
        int lead = bytes.Length - 1;
        while (lead >= 0 && bytes.Length - lead < 4 && (bytes[lead] & 0xC0) == 0x80)
            lead--;
        if (lead >= 0)
        {
            int needed = bytes[lead] >= 0xF0 ? 4 : bytes[lead] >= 0xE0 ? 3 : bytes[lead] >= 0xC0 ? 2 : 1;
            if (needed > bytes.Length - lead)
                bytes = bytes[..lead];
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
