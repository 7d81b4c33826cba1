namespace R2Synth.Records;

/// <summary>What a user may have meant.</summary>
public static class Nearest
{
    /// <summary>The nearest of the known names, by edits (swapped neighbours count one), upper and lower case alike; null where none is near.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="known">The names that there are; ties go to the first.</param>
    public static string? To(string name, IEnumerable<string> known)
    {
        string? best = null;
        int least = Math.Max(2, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int edits = Edits(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits >= least || edits >= candidate.Length) continue;
            (best, least) = (candidate, edits);
        }

        return best;
    }

    private static int Edits(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) table[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) table[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (swapped) table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[a.Length, b.Length];
    }
}
