using System.Globalization;

namespace R2Synth.Miners.Ranking;

/// <summary>A ranking that a model wrote (<c>[2] &gt; [1] &gt; [3]</c>), made whole.</summary>
/// <param name="Order">Every place of the window once, best first, from 0.</param>
/// <param name="Named">How many of them the reply itself named.</param>
/// <param name="Outcome">What was found of the reply: one of <see cref="JudgeFaults"/>.</param>
internal sealed record Permutation(int[] Order, int Named, string Outcome)
{
    /// <summary>Characters of a reply that is in the form asked for.</summary>
    private const string Form = "[]>, \t\r\n0123456789";

    /// <summary>Reads a reply.</summary>
    /// <param name="reply">Any text.</param>
    /// <param name="count">Passages in the window, at least 1.</param>
    /// <remarks>
    /// RankGPT (2304.09542; sunnweiwei/RankGPT, receive_permutation): keep digits, take each number at its first occurrence, drop what is out of range, append what is missing in the
    /// input's order. Outcomes by the first that holds: characters that do not belong there, or a number out of range, are a wrong format; then repetition; then missing.
    /// </remarks>
    public static Permutation Read(string reply, int count)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        bool[] named = new bool[count];
        List<int> order = new(count);
        bool foreign = reply.Any(c => !Form.Contains(c, StringComparison.Ordinal)), repeated = false;
        foreach (string digits in string.Concat(reply.Select(c => char.IsAsciiDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1 || number > count)
            {
                foreign = true;
            }
            else if (named[number - 1])
            {
                repeated = true;
            }
            else
            {
                named[number - 1] = true;
                order.Add(number - 1);
            }
        }

        int found = order.Count;
        order.AddRange(Enumerable.Range(0, count).Where(place => !named[place]));
        string outcome = foreign || found == 0 ? JudgeFaults.WrongFormat : repeated ? JudgeFaults.Repetition : found < count ? JudgeFaults.Missing : JudgeFaults.Ok;
        return new Permutation([.. order], found, outcome);
    }
}
