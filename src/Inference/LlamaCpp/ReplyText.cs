using System.Runtime.InteropServices;
using System.Text;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>The bytes of a reply as they come, and the stop texts that end it.</summary>
internal sealed class ReplyText(IReadOnlyList<byte[]> stops)
{
    private readonly List<byte> _bytes = [];
    private readonly int _longestStop = stops.Count == 0 ? 0 : stops.Max(stop => stop.Length);

    /// <summary>Adds a token.</summary>
    /// <returns>True once a stop text is complete; the text then ends before its first occurrence.</returns>
    internal bool Append(int token, Tokenizer tokenizer)
    {
        int before = _bytes.Count;
        tokenizer.Decode(token, _bytes);
        int from = Math.Max(0, before - _longestStop + 1);
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
