namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>
/// The best of scores that come by rising position: a buffer of twice the depth that is cut to the depth whenever it is full. Ties go to the lower position.
/// Not thread-safe.
/// </summary>
internal sealed class TopScores
{
    // A number that is lower the better: the score's bits inverted, then the position. The bits of floats from 0 up are ordered as they are.
    private ulong[] _keys = [];
    private int _depth;
    private int _count;
    private int _capacity;

    /// <summary>Only a score above it can still be among the best; 0 until there are enough.</summary>
    public float Threshold { get; private set; }

    /// <summary>Begins anew.</summary>
    /// <param name="depth">How many are wanted, at least 1.</param>
    public void Reset(int depth)
    {
        (_depth, _count, Threshold) = (depth, 0, 0);
        _capacity = Math.Max(depth * 2, depth + 32);
        if (_keys.Length < _capacity) _keys = new ulong[_capacity];
    }

    /// <summary>Takes a score.</summary>
    /// <param name="score">At least 0.</param>
    /// <param name="position">Higher than all before.</param>
    public void Add(float score, int position)
    {
        if (!(score > Threshold)) return;
        _keys[_count++] = ((ulong)~BitConverter.SingleToUInt32Bits(score) << 32) | (uint)position;
        if (_count == _capacity) Cut();
    }

    /// <summary>The best, best first; good until the next <see cref="Reset"/>.</summary>
    public ReadOnlySpan<ulong> Finish()
    {
        if (_count > _depth) Cut();
        Span<ulong> best = _keys.AsSpan(0, _count);
        best.Sort();
        return best;
    }

    /// <summary>A key's score.</summary>
    public static float Score(ulong key) => BitConverter.UInt32BitsToSingle(~(uint)(key >> 32));

    /// <summary>A key's position.</summary>
    public static int Position(ulong key) => (int)(uint)key;

    // Hoare's selection: afterwards the best are in front, in any order. Keys are distinct, and the middle of three is never the worst choice.
    private void Cut()
    {
        Span<ulong> keys = _keys.AsSpan(0, _count);
        int low = 0, high = _count - 1, wanted = _depth - 1;
        while (low < high)
        {
            ulong a = keys[low], b = keys[low + ((high - low) / 2)], c = keys[high];
            ulong pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            int i = low, j = high;
            while (i <= j)
            {
                while (keys[i] < pivot) i++;
                while (keys[j] > pivot) j--;
                if (i <= j)
                {
                    (keys[i], keys[j]) = (keys[j], keys[i]);
                    i++;
                    j--;
                }
            }

            if (wanted <= j) high = j;
            else if (wanted >= i) low = i;
            else break;
        }

        _count = _depth;
        Threshold = Score(keys[wanted]);
    }
}
