using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>
/// Terms by number and numbers by term: UTF-8 bytes one after the other and a table of open addressing over them. Flat arrays only, so that it is the
/// same in memory and in a mapped file. Immutable, thread-safe.
/// </summary>
internal sealed class TermTable
{
    private const int BytesOnStack = 512;

    /// <summary>Takes the three sections as they are.</summary>
    /// <param name="slots">A power of two of them; a term's number + 1, or 0 for free.</param>
    /// <param name="ends">For each term where its bytes begin, and where the last one's end: one more than there are terms.</param>
    /// <param name="bytes">The terms in UTF-8.</param>
    public TermTable(ReadOnlyMemory<int> slots, ReadOnlyMemory<int> ends, ReadOnlyMemory<byte> bytes) => (Slots, Ends, Bytes) = (slots, ends, bytes);

    /// <summary>See the constructor.</summary>
    public ReadOnlyMemory<int> Slots { get; }

    /// <inheritdoc cref="Slots"/>
    public ReadOnlyMemory<int> Ends { get; }

    /// <inheritdoc cref="Slots"/>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many terms.</summary>
    public int Count => Ends.Length - 1;

    /// <summary>A term's number; -1 where it is not known.</summary>
    public int Find(ReadOnlySpan<char> term)
    {
        int most = Encoding.UTF8.GetMaxByteCount(term.Length);
        byte[]? rented = most > BytesOnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> utf8 = rented ?? stackalloc byte[BytesOnStack];
        int found = Find((ReadOnlySpan<byte>)utf8[..Encoding.UTF8.GetBytes(term, utf8)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return found;
    }

    private int Find(ReadOnlySpan<byte> term)
    {
        ReadOnlySpan<int> slots = Slots.Span, ends = Ends.Span;
        ReadOnlySpan<byte> bytes = Bytes.Span;
        for (int slot = First(term, slots.Length); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            int known = slots[slot] - 1;
            if (bytes[ends[known]..ends[known + 1]].SequenceEqual(term)) return known;
        }

        return -1;
    }

    internal static int First(ReadOnlySpan<byte> term, int slots) => (int)(XxHash3.HashToUInt64(term) & (uint)(slots - 1));
}
