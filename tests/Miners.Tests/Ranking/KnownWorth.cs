using System.Text.RegularExpressions;
using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

/// <summary>Passages that say what they are worth (<c>worth7</c>), and models that read it there.</summary>
internal static partial class KnownWorth
{
    public static Passage[] Passages(params int[] worth) => Corpus.Of([.. worth.Select(one => $"worth{one}")]);

    public static Passage[] Shuffled(int count, long seed)
    {
        int[] worth = [.. Enumerable.Range(1, count)];
        new UnitSeed(seed, "worth", 0).Shuffle(worth.AsSpan());
        return Passages(worth);
    }

    public static int[] In(string text) => [.. Worth().Matches(text).Select(match => int.Parse(match.Groups[1].Value))];

    /// <summary>Weighs the letters of a set, or yes and no of a passage, by worth.</summary>
    public static FakeScorer Scorer() => new((prefix, continuation) =>
    {
        int[] shown = In(prefix + continuation.Lead);
        double[] labels = continuation.Labels.Count == shown.Length && shown.Length > 1
            ? [.. shown.Select(worth => (double)worth)]
            : [.. continuation.Labels.Select((_, i) => shown[0] / 10.0 * (continuation.Labels.Count > 2 ? i : 1 - i))]; // grades rise, yes comes before no
        return new ContinuationScore { LogLikelihood = -100.0 / shown[0], Tokens = 4, Labels = labels };
    });

    /// <summary>Ranks what the last message shows, or picks a letter of it.</summary>
    public static FakeChat Chat() => new(text =>
    {
        int[] shown = In(text);
        int[] order = [.. Enumerable.Range(0, shown.Length).OrderByDescending(i => shown[i])];
        return text.Contains("letter", StringComparison.Ordinal) ? $"{(char)('A' + order[0])}" : string.Join(" > ", order.Select(i => $"[{i + 1}]"));
    });

    public static IPassageJudge Judge(string name, JudgeModels models, Action<JudgesOptions>? change = null, ReplyCounts? counts = null)
    {
        JudgesOptions options = new();
        change?.Invoke(options);
        return Judges.Create(name, models, RepositoryFiles.Prompts, options, 50, counts);
    }

    public static int[] ByScore(IReadOnlyList<JudgeVerdict> verdicts, IReadOnlyList<Passage> passages) =>
        [.. Enumerable.Range(0, verdicts.Count).OrderByDescending(i => verdicts[i].Score).Select(i => In(passages[i].Text)[0])];

    [GeneratedRegex(@"worth(\d+)")]
    private static partial Regex Worth();
}
