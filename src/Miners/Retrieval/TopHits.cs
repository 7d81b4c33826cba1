namespace R2Synth.Miners.Retrieval;

/// <summary>The best of many scores by a heap of the wanted depth: O(n log depth).</summary>
internal static class TopHits
{
    private static readonly Comparer<(float Score, int Position)> WorstFirst = Comparer<(float Score, int Position)>.Create(
        (a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Position.CompareTo(a.Position));

    /// <summary>Hits by falling score, ties by ordinal docid.</summary>
    internal static IReadOnlyList<Hit> Select(ReadOnlySpan<float> scores, DocidOrder order, int depth)
    {
        PriorityQueue<int, (float Score, int Position)> heap = new(Math.Min(depth, scores.Length) + 1, WorstFirst);
        for (int i = 0; i < scores.Length; i++)
        {
            (float, int) priority = (scores[i], order.Positions[i]);
            if (heap.Count < depth)
            {
                heap.Enqueue(i, priority);
            }
            else if (heap.TryPeek(out _, out (float, int) worst) && WorstFirst.Compare(priority, worst) > 0)
            {
                heap.EnqueueDequeue(i, priority);
            }
        }

        Hit[] hits = new Hit[heap.Count];
        for (int i = hits.Length - 1; i >= 0; i--)
        {
            int passage = heap.Dequeue();
            hits[i] = new Hit(passage, scores[passage]);
        }

        return hits;
    }
}
