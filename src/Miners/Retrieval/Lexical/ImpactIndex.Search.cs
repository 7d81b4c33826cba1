using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <content>
/// Search term by term in blocks of passages that fit the processor's cache, with exact pruning in the manner of MaxScore (Turtle and Flood 1995): once the best are
/// known, the terms that together cannot lift a passage above them are looked up only for passages that other terms brought near.
/// A score is always added up in the same order, by falling bound, so pruning changes no bit of it.
/// </content>
internal sealed partial class ImpactIndex
{
    /// <summary>The passages with the highest scores.</summary>
    /// <param name="query">Distinct terms; reordered here.</param>
    /// <param name="depth">How many are wanted, at least 1.</param>
    /// <param name="tuning">Null takes <see cref="SearchTuning.Default"/>; changes no result.</param>
    /// <returns>Keys of <see cref="TopScores"/>, best first, ties by position; only scores above 0. They lie in this thread's scratch: read them before the next search.</returns>
    public ReadOnlySpan<ulong> Search(Span<QueryTerm> query, int depth, SearchTuning? tuning = null)
    {
        SearchScratch scratch = SearchScratch.Own;
        scratch.Reserve(query.Length);
        scratch.Top.Reset(Math.Min(depth, Math.Max(Passages, 1)));
        Arrange(query);
        Scan(query, scratch, tuning ?? SearchTuning.Default);
        return scratch.Top.Finish();
    }

    /// <summary>Scores one passage as <see cref="Search"/> does, to the bit.</summary>
    /// <param name="query">Distinct terms, after <see cref="Arrange"/>.</param>
    /// <param name="position">The passage.</param>
    public float Score(ReadOnlySpan<QueryTerm> query, int position)
    {
        ReadOnlySpan<int> starts = Starts.Span, positions = Positions.Span;
        float score = 0;
        foreach (QueryTerm term in query)
        {
            int end = starts[term.Term + 1];
            int at = LowerBound(ref MemoryMarshal.GetReference(positions), starts[term.Term], end, position);
            if (at < end && positions[at] == position) score += term.Weight * Impacts.Span[at];
        }

        return score;
    }

    /// <summary>Puts a query's terms into the order in which their impacts are added: by falling bound, then by number.</summary>
    public void Arrange(Span<QueryTerm> query)
    {
        // Insertion for the usual dozen terms; a query can be a page, though.
        if (query.Length > 64)
        {
            query.Sort((a, b) => Before(a, b) ? -1 : Before(b, a) ? 1 : 0);
            return;
        }

        for (int i = 1; i < query.Length; i++)
        {
            QueryTerm term = query[i];
            int at = i;
            for (; at > 0 && Before(term, query[at - 1]); at--) query[at] = query[at - 1];
            query[at] = term;
        }
    }

    private bool Before(QueryTerm a, QueryTerm b) => Bound(a) != Bound(b) ? Bound(a) > Bound(b) : a.Term < b.Term;

    private float Bound(QueryTerm term) => term.Weight * Maxima.Span[term.Term];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(ReadOnlySpan<QueryTerm> query, SearchScratch scratch, SearchTuning tuning)
    {
        ReadOnlySpan<int> starts = Starts.Span;
        ref int positions = ref MemoryMarshal.GetReference(Positions.Span);
        ref float impacts = ref MemoryMarshal.GetReference(Impacts.Span);
        ref float scores = ref MemoryMarshal.GetArrayDataReference(scratch.Scores);
        TopScores top = scratch.Top;
        int[] cursors = scratch.Cursors;
        double[] bounds = scratch.Bounds;

        // A sum of n floats is at most n roundings of 2^-24 above the true sum; twice that is safe.
        double slack = 1 + (Math.ScaleB(1, -23) * (query.Length + 1));
        bounds[query.Length] = 0;
        for (int t = query.Length - 1; t >= 0; t--)
        {
            bounds[t] = bounds[t + 1] + Bound(query[t]);
            cursors[t] = starts[query[t].Term];
        }

        for (int block = 0; block < Passages; block += tuning.Block)
        {
            int end = Math.Min(Passages, block + tuning.Block);

            // Passages that have only terms from here on cannot get in. A tie with the last one loses too, as later passages have higher positions.
            int needed = query.Length;
            while (needed > 0 && bounds[needed - 1] * slack <= top.Threshold) needed--;
            if (needed == 0) return;
            int added = 0;
            for (int t = 0; t < needed; t++) added += AddPostings(ref positions, ref impacts, ref cursors[t], starts[query[t].Term + 1], block, end, ref scores, query[t].Weight);
            if (needed < query.Length)
            {
                if (added == 0) continue;
                // Above the floor the other terms may lift a passage over the threshold.
                float floor = MathF.Max(0, MathF.BitDecrement((float)((top.Threshold / slack) - bounds[needed])));
                long rest = 0;
                for (int t = needed; t < query.Length; t++) rest += starts[query[t].Term + 1] - starts[query[t].Term];
                rest = rest * (end - block) / Passages;
                int near = CountAbove(ref scores, end - block, floor);
                if ((long)near * tuning.LookUpCost * (query.Length - needed) < rest)
                {
                    int candidates = CollectAbove(ref scores, end - block, block, floor, scratch.Candidates, scratch.CandidateScores);
                    for (int t = needed; t < query.Length && candidates > 0; t++)
                    {
                        candidates = LookUp(
                            ref positions, ref impacts, ref cursors[t], starts[query[t].Term + 1], query[t].Weight,
                            scratch.Candidates, scratch.CandidateScores, candidates, bounds[t + 1], slack, top.Threshold);
                    }

                    for (int i = 0; i < candidates; i++) top.Add(scratch.CandidateScores[i], scratch.Candidates[i]);
                    continue;
                }

                for (int t = needed; t < query.Length; t++)
                {
                    cursors[t] = Gallop(ref positions, cursors[t], starts[query[t].Term + 1], block); // it may have been left behind
                    added += AddPostings(ref positions, ref impacts, ref cursors[t], starts[query[t].Term + 1], block, end, ref scores, query[t].Weight);
                }
            }

            if (added > 0) Collect(ref scores, end - block, block, top);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int AddPostings(ref int positions, ref float impacts, ref int cursor, int last, int block, int end, ref float scores, float weight)
    {
        int i = cursor, from = cursor;
        for (; i <= last - 4 && Unsafe.Add(ref positions, i + 3) < end; i += 4)
        {
            // Four different passages, so no addition waits for the one before.
            Unsafe.Add(ref scores, Unsafe.Add(ref positions, i) - block) += weight * Unsafe.Add(ref impacts, i);
            Unsafe.Add(ref scores, Unsafe.Add(ref positions, i + 1) - block) += weight * Unsafe.Add(ref impacts, i + 1);
            Unsafe.Add(ref scores, Unsafe.Add(ref positions, i + 2) - block) += weight * Unsafe.Add(ref impacts, i + 2);
            Unsafe.Add(ref scores, Unsafe.Add(ref positions, i + 3) - block) += weight * Unsafe.Add(ref impacts, i + 3);
        }

        for (; i < last && Unsafe.Add(ref positions, i) < end; i++) Unsafe.Add(ref scores, Unsafe.Add(ref positions, i) - block) += weight * Unsafe.Add(ref impacts, i);
        cursor = i;
        return i - from;
    }

    // Takes the scores of a block above the threshold, which rises meanwhile, and leaves zeros.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collect(ref float scores, int count, int block, TopScores top)
    {
        int i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            uint above = Vector256.GreaterThan(Vector256.LoadUnsafe(ref scores, (nuint)i), Vector256.Create(top.Threshold)).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                int at = i + BitOperations.TrailingZeroCount(above);
                top.Add(Unsafe.Add(ref scores, at), block + at);
            }

            Vector256<float>.Zero.StoreUnsafe(ref scores, (nuint)i);
        }

        for (; i < count; i++)
        {
            top.Add(Unsafe.Add(ref scores, i), block + i);
            Unsafe.Add(ref scores, i) = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountAbove(ref float scores, int count, float floor)
    {
        int found = 0, i = 0;
        Vector256<float> floors = Vector256.Create(floor);
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
            found += BitOperations.PopCount(Vector256.GreaterThan(Vector256.LoadUnsafe(ref scores, (nuint)i), floors).ExtractMostSignificantBits());
        for (; i < count; i++) found += Unsafe.Add(ref scores, i) > floor ? 1 : 0;
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CollectAbove(ref float scores, int count, int block, float floor, int[] candidates, float[] candidateScores)
    {
        int found = 0, i = 0;
        Vector256<float> floors = Vector256.Create(floor);
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            uint above = Vector256.GreaterThan(Vector256.LoadUnsafe(ref scores, (nuint)i), floors).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                int at = i + BitOperations.TrailingZeroCount(above);
                candidateScores[found] = Unsafe.Add(ref scores, at);
                candidates[found++] = block + at;
            }

            Vector256<float>.Zero.StoreUnsafe(ref scores, (nuint)i);
        }

        for (; i < count; i++)
        {
            float score = Unsafe.Add(ref scores, i);
            Unsafe.Add(ref scores, i) = 0;
            if (!(score > floor)) continue;
            candidateScores[found] = score;
            candidates[found++] = block + i;
        }

        return found;
    }

    // Adds a term to the candidates that have it and drops those that the terms after it can no longer lift above the threshold.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LookUp(
        ref int positions, ref float impacts, ref int cursor, int last, float weight, int[] candidates, float[] scores, int count, double boundAfter, double slack, float threshold)
    {
        int kept = 0, at = cursor;
        for (int i = 0; i < count; i++)
        {
            int position = candidates[i];
            float score = scores[i];
            at = Gallop(ref positions, at, last, position);
            if (at < last && Unsafe.Add(ref positions, at) == position) score += weight * Unsafe.Add(ref impacts, at);
            candidates[kept] = position;
            scores[kept] = score;
            if ((score + boundAfter) * slack > threshold) kept++;
        }

        cursor = at;
        return kept;
    }

    // The first posting from a place on whose position is not below the wanted one: near places first, as most are near.
    private static int Gallop(ref int positions, int from, int to, int wanted)
    {
        int step = 1, low = from;
        while (low < to && Unsafe.Add(ref positions, low) < wanted)
        {
            from = low + 1;
            low = step < to - low ? low + step : to;
            step *= 2;
        }

        return LowerBound(ref positions, from, low, wanted);
    }

    private static int LowerBound(ref int positions, int from, int to, int wanted)
    {
        while (from < to)
        {
            int middle = (int)(((uint)from + (uint)to) / 2);
            if (Unsafe.Add(ref positions, middle) < wanted) from = middle + 1;
            else to = middle;
        }

        return from;
    }
}
