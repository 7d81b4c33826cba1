namespace R2Synth.Miners.Ranking;

/// <summary>The windows of a listwise judge, from the back of the list to its front.</summary>
internal static class SlidingWindows
{
    /// <summary>Cuts a list into windows.</summary>
    /// <param name="passages">Length of the list, at least 1.</param>
    /// <param name="size">Passages a window, at least 2.</param>
    /// <param name="step">How far a window moves, 1 to <paramref name="size"/>.</param>
    /// <returns>Begin and end (exclusive) of each, in the order in which they are ranked; none for a single passage. The last begins at 0, also where the list is no multiple of the step.</returns>
    /// <remarks>RankGPT (2304.09542, section 3.2): window 20, step 10, so that the best ten of a window move on. For 100 passages 9 windows.</remarks>
    public static IReadOnlyList<(int Begin, int End)> Of(int passages, int size, int step)
    {
        if (passages < 2) return [];
        List<(int, int)> windows = [];
        for (int end = passages; ; end -= step)
        {
            int begin = Math.Max(0, end - size);
            windows.Add((begin, end));
            if (begin == 0) return windows;
        }
    }
}
