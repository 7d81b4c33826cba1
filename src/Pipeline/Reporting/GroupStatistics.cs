using R2Synth.Pipeline.Filters;
using R2Synth.Records;

namespace R2Synth.Pipeline.Reporting;

/// <summary>Looks at each group as it goes to its shard, and keeps what the report says of them all. Add in id order. Not thread-safe; memory does not grow with the groups.</summary>
internal sealed class GroupStatistics
{
    private readonly Histogram _queryWords = new();
    private readonly Histogram _positiveWords = new();
    private readonly Histogram _overlapPercent = new();
    private readonly Histogram _negatives = new();
    private readonly SortedDictionary<string, long> _languages = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _taskGroups = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _positiveOrigins = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _negativeOrigins = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RecipeCount> _recipes = new(StringComparer.Ordinal);

    /// <summary>Groups added.</summary>
    public int Groups => _recipes.Values.Sum(recipe => recipe.Groups);

    /// <summary>Takes a group in.</summary>
    public void Add(Group group)
    {
        JudgedPassage positive = group.Positives[0];
        IReadOnlyList<string> query = Words.Of(group.Query);
        IReadOnlyList<string> text = Words.Of(positive.Title.Length == 0 ? positive.Text : $"{positive.Title} {positive.Text}");
        _queryWords.Add(query.Count);
        _positiveWords.Add(text.Count);
        _overlapPercent.Add((int)(100 * Words.Containment(query, text)));
        _negatives.Add(group.Negatives.Count);
        Count(_languages, group.Language);
        Count(_taskGroups, group.TaskGroup);
        Count(_positiveOrigins, ReportText.Name(positive.Origin));
        foreach (JudgedPassage negative in group.Negatives)
        {
            Count(_negativeOrigins, ReportText.Name(negative.Origin));
        }

        if (!_recipes.TryGetValue(group.Recipe, out RecipeCount? recipe))
        {
            _recipes[group.Recipe] = recipe = new RecipeCount();
        }

        recipe.Add(group);
    }

    /// <summary>Groups of a recipe.</summary>
    public int GroupsOf(string recipe) => _recipes.GetValueOrDefault(recipe)?.Groups ?? 0;

    /// <summary>Groups of a recipe whose best positive is not their seed passage; those without a seed do not count.</summary>
    public int RelabelledOf(string recipe) => _recipes.GetValueOrDefault(recipe)?.Relabelled ?? 0;

    /// <summary>The distributions of all groups added.</summary>
    public IReadOnlyList<Distribution> Distributions() =>
    [
        _queryWords.ToDistribution("Query length", "words", 3, 12),
        _positiveWords.ToDistribution("Positive length", "words", 20, 12),
        _overlapPercent.ToDistribution("Query words found in the positive", "percent", 10, 11),
        _negatives.ToDistribution("Negatives in a group", "passages", 1, 16),
        Named("Origin of the positive", _positiveOrigins),
        Named("Origin of the negatives", _negativeOrigins),
        Named("Task group", _taskGroups),
        Named("Language", _languages),
    ];

    /// <summary>Some groups, as many of each recipe as can be, spread evenly over its ids.</summary>
    /// <param name="count">How many in all, at least 1.</param>
    public IReadOnlyList<Group> Samples(int count = 20)
    {
        List<Group> samples = [];
        int recipesLeft = _recipes.Count;

        // Small recipes first, so that what they cannot fill goes to the larger ones.
        foreach (RecipeCount recipe in _recipes.Values.OrderBy(recipe => recipe.Groups).ToArray())
        {
            IReadOnlyList<Group> some = recipe.Sample.Take((count - samples.Count + recipesLeft - 1) / recipesLeft);
            samples.AddRange(some);
            recipesLeft--;
        }

        return [.. samples.OrderBy(group => group.Id, StringComparer.Ordinal)];
    }

    private static void Count(SortedDictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private static Distribution Named(string name, SortedDictionary<string, long> counts) =>
        new() { Name = name, Bins = [.. counts.Select(pair => new DistributionBin(pair.Key, pair.Value))] };

    private sealed class RecipeCount
    {
        public int Groups { get; private set; }

        public int Relabelled { get; private set; }

        public EvenSample<Group> Sample { get; } = new(64);

        public void Add(Group group)
        {
            Groups++;
            Relabelled += group.SeedDocid is string seed && group.Positives[0].Docid != seed ? 1 : 0;
            Sample.Add(group);
        }
    }
}
