using System.Text;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Numbers terms as they come, in the arrays of the <see cref="TermTable"/> that it becomes: some 25 bytes a term and its letters. Not thread-safe.</summary>
internal sealed class TermNumbers
{
    private int[] _slots = new int[4];
    private int[] _ends = new int[4];
    private byte[] _bytes = new byte[64];

    /// <summary>How many terms.</summary>
    public int Count { get; private set; }

    /// <summary>Numbers terms in their order.</summary>
    /// <param name="terms">Distinct.</param>
    public static TermTable TableOf(IEnumerable<string> terms)
    {
        TermNumbers numbers = new();
        foreach (string term in terms) numbers.Add(term);
        return numbers.Finish();
    }

    /// <summary>A term's number: the next one where it is new.</summary>
    public int Add(string term)
    {
        int start = _ends[Count], most = checked(start + Encoding.UTF8.GetMaxByteCount(term.Length));
        if (most > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(most, 2L * _bytes.Length)));
        ReadOnlySpan<byte> written = _bytes.AsSpan(start, Encoding.UTF8.GetBytes(term, _bytes.AsSpan(start))); // where it belongs if it is new
        int slot = Slot(written);
        if (_slots[slot] != 0) return _slots[slot] - 1;
        if ((Count + 1L) * 2 > _slots.Length) // half empty at most: about one probe a look-up
        {
            int length = checked(_slots.Length * 2);
            _slots = []; // filled from the terms: the old ones need not lie beside the new
            _slots = new int[length];
            for (int i = 0; i < Count; i++) _slots[Slot(_bytes.AsSpan(_ends[i].._ends[i + 1]))] = i + 1;
            slot = Slot(written);
        }

        if (Count + 2 > _ends.Length) Array.Resize(ref _ends, _ends.Length * 2);
        _slots[slot] = ++Count;
        _ends[Count] = start + written.Length;
        return Count - 1;
    }

    /// <summary>The terms so far; no more can be added then.</summary>
    public TermTable Finish() => new(_slots, _ends.AsMemory(0, Count + 1), _bytes.AsMemory(0, _ends[Count]));

    private int Slot(ReadOnlySpan<byte> term)
    {
        int slot = TermTable.First(term, _slots.Length);
        while (_slots[slot] != 0 && !_bytes.AsSpan(_ends[_slots[slot] - 1].._ends[_slots[slot]]).SequenceEqual(term)) slot = (slot + 1) & (_slots.Length - 1);
        return slot;
    }
}
