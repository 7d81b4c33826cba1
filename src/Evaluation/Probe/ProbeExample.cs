using R2Synth.Records;

namespace R2Synth.Evaluation.Probe;

/// <summary>What the probe learns from: a query, a positive, hard negatives.</summary>
public sealed record ProbeExample
{
    /// <summary>The query.</summary>
    public required string Query { get; init; }

    /// <summary>The positive, as a retriever sees it.</summary>
    public required string Positive { get; init; }

    /// <summary>Hard negatives; may be empty.</summary>
    public IReadOnlyList<string> Negatives { get; init; } = [];

    /// <summary>From a group: its first positive and all its negatives, titles in front.</summary>
    public static ProbeExample Of(Group group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return new ProbeExample
        {
            Query = group.Query,
            Positive = Text(group.Positives[0]),
            Negatives = [.. group.Negatives.Select(Text)],
        };
    }

    /// <summary>The free control: the titles of the groups' own positives as queries for their texts, each passage once.</summary>
    /// <param name="groups">Groups.</param>
    /// <returns>Empty unless at least half of the positives, and four, have a title.</returns>
    public static IReadOnlyList<ProbeExample> Titles(IReadOnlyList<Group> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        (string Title, string Text)[] positives = [.. groups.DistinctBy(group => group.Positives[0].Docid, StringComparer.Ordinal)
            .Select(group => (group.Attributes.GetValueOrDefault(Group.HiddenTitle, group.Positives[0].Title), group.Positives[0].Text))];
        ProbeExample[] pairs = [.. positives.Where(positive => positive.Title.Length > 0 && positive.Text.Length > 0)
            .Select(positive => new ProbeExample { Query = positive.Title, Positive = positive.Text })];
        return pairs.Length * 2 >= positives.Length && pairs.Length >= 4 ? pairs : [];
    }

    private static string Text(JudgedPassage passage) => passage.Title.Length == 0 ? passage.Text : $"{passage.Title} {passage.Text}";
}
