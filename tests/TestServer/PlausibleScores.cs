using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace R2Synth.Testing;

/// <summary>
/// Log-probabilities that behave like a model's without one: a word that occurred before is likely, any other is not, a yes or a high grade is the likelier the more words
/// the parts of the prompt share. They depend on the text alone.
/// </summary>
internal static class PlausibleScores
{
    private const double Seen = -1, Unseen = -6, Punctuation = -0.7, Written = -0.3;

    private static readonly Candidate[] Common = [.. new[] { " the", " of", " and", " a", " to", " in", " is", " that", " for", " it", " as", " with", " on", " be", " by", " are", " or", " an", " at", " not" }
        .Select((word, place) => new Candidate(word, -2.5 - (0.25 * place)))];

    /// <summary>The tokens of a prompt.</summary>
    public static List<ScoredToken> Prompt(string text)
    {
        List<ScoredToken> scored = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        string before = "";
        foreach (string token in TextTokens.Of(text))
        {
            string word = token.Trim().ToLowerInvariant();
            bool known = !seen.Add(word);
            double score = (word.Length == 0 || !char.IsLetterOrDigit(word[0]) ? Punctuation : known ? Seen : Unseen) + Noise(before, token);
            scored.Add(scored.Count == 0 ? new ScoredToken(token, null, 0, []) : Placed(token, score));
            before = token;
        }

        return scored;
    }

    /// <summary>The tokens that the server writes after a prompt.</summary>
    /// <param name="text">What is written.</param>
    /// <param name="first">The candidates of the first token (<see cref="Next"/>), or null where it is a token like the others.</param>
    public static List<ScoredToken> Reply(string text, IReadOnlyList<Candidate>? first)
    {
        List<ScoredToken> scored = [];
        string before = "";
        foreach (string token in TextTokens.Of(text))
        {
            bool chosen = scored.Count == 0 && first is { Count: > 0 } && first[0].Token == token;
            scored.Add(chosen ? new ScoredToken(token, first![0].LogProbability, 1, first) : Placed(token, Written + Noise(before, token)));
            before = token;
        }

        return scored;
    }

    /// <summary>The likeliest next tokens: Yes and No where the prompt names both or ends with a question for them, digits where it names a grade or a score, else the words of its passage.</summary>
    /// <param name="prompt">All that comes before.</param>
    /// <param name="afterText">Whether the token follows text directly and so brings its own blank; false at the beginning of a chat reply.</param>
    /// <returns>Best first, at least 20; the probabilities sum to less than 1.</returns>
    public static IReadOnlyList<Candidate> Next(string prompt, bool afterText)
    {
        string[] lines = [.. prompt.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(6)];
        string passage = lines.MaxBy(line => line.Length) ?? "";
        List<string> words = [.. Words(Unlabelled(passage)).Where(word => word.Length > 3)];
        HashSet<string> distinct = new(words, StringComparer.Ordinal);
        double overlap = lines.Where(line => line != passage && !IsVerdict(line)).Select(line => Words(Unlabelled(line)).Where(word => word.Length > 3).ToArray())
            .Where(line => line.Length > 0).Select(line => line.Count(distinct.Contains) / (double)line.Length).DefaultIfEmpty(0.5).Max();

        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        string blank = afterText && !prompt.EndsWith(' ') && !prompt.EndsWith('\n') ? " " : "", other = blank.Length == 0 ? " " : "";
        void Add(string label, double weight)
        {
            weights[blank + label] = weight * 0.9;
            weights[other + label] = weight * 0.06;
            weights[blank + label.ToLowerInvariant()] = weights.GetValueOrDefault(blank + label.ToLowerInvariant()) + (weight * 0.04);
        }

        List<string> all = Words(prompt);
        bool yesNo = (all.Contains("yes") && all.Contains("no")) || lines.TakeLast(2).Any(IsVerdict);
        if (yesNo)
        {
            double yes = 0.05 + (0.9 * overlap);
            Add("Yes", yes);
            Add("No", 1 - yes);
        }
        else if (all.Any(word => word is "grade" or "grades" or "score" or "scale" or "rate" or "rating"))
        {
            for (int grade = 0; grade <= 9; grade++) Add(grade.ToString(System.Globalization.CultureInfo.InvariantCulture), Math.Exp(-1.5 * Math.Pow(grade - (3 * overlap), 2)));
        }

        double share = weights.Count > 0 ? 0.02 : 1, total = weights.Values.DefaultIfEmpty(0).Sum();
        foreach ((string word, double weight) in weights.ToArray()) weights[word] = weight / total * 0.96;
        foreach (IGrouping<string, string> word in words.GroupBy(word => word, StringComparer.Ordinal))
            weights.TryAdd(blank + word.Key, share * 0.9 * word.Count() / words.Count);
        foreach (Candidate common in Common) weights.TryAdd(blank + common.Token.TrimStart(), share * 0.05 * Math.Exp(common.LogProbability));
        return [.. weights.Select(pair => new Candidate(pair.Key, Math.Log(pair.Value))).OrderByDescending(candidate => candidate.LogProbability).ThenBy(candidate => candidate.Token, StringComparer.Ordinal)];
    }

    /// <summary>A number of a token that does not change from run to run, in [0, 50,000).</summary>
    public static int Id(string token) => (int)(Hash("", token) % 50_000);

    // "Does the passage answer the query?": it asks for yes or no and belongs to neither part.
    private static bool IsVerdict(string line) =>
        line.EndsWith('?') && line[..(line.IndexOf(' ') + 1)] is "Does " or "Do " or "Is " or "Are " or "Can ";

    // "Search query: how do bees overwinter" without its label.
    private static string Unlabelled(string line) => line.IndexOf(':') is > 0 and <= 20 and int end ? line[(end + 1)..] : line;

    private static ScoredToken Placed(string token, double score)
    {
        List<Candidate> candidates = [.. Common.Where(common => common.Token != token).Append(new Candidate(token, score)).OrderByDescending(candidate => candidate.LogProbability)];
        int rank = candidates.FindIndex(candidate => candidate.Token == token) + 1;
        return new ScoredToken(token, score, rank <= 8 ? rank : rank + (int)(Hash(token, "rank") % 1000), candidates);
    }

    private static List<string> Words(string text) =>
        [.. TextTokens.Of(text).Select(token => token.Trim().ToLowerInvariant()).Where(word => word.Length > 0 && char.IsLetterOrDigit(word[0]))];

    private static double Noise(string before, string token) => ((Hash(before, token) >> 11) * (0.5 / (1UL << 53))) - 0.25;

    private static ulong Hash(string before, string token) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(token.AsSpan()), (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(before.AsSpan())));
}
