namespace R2Synth.Cli.Inspection;

/// <summary>A run's figures for machines.</summary>
internal static class RunFiguresDocument
{
    public static object Create(RunFolder folder, RunFigures figures) => new
    {
        Run = folder.Name,
        Groups = figures.Groups.Total,
        Splits = figures.Splits.Counts,
        Recipes = figures.Recipes.Select(recipe => new
        {
            Recipe = recipe,
            Groups = figures.Groups[recipe],
            Relabelled = figures.Relabelled[recipe],
            Rejects = figures.Rejects.GetValueOrDefault(recipe)?.Counts ?? new Tally().Counts,
        }).ToArray(),
        QueryWords = Document(figures.QueryWords),
        Positives = Document(figures.Positives),
        Negatives = Document(figures.Negatives),
        PositiveOrigins = figures.PositiveOrigins.Counts,
        NegativeOrigins = figures.NegativeOrigins.Counts,
        Languages = figures.Languages.Counts,
        TaskGroups = figures.TaskGroups.Counts,
        figures.Labels,
        figures.Samples,
    };

    private static object Document(Distribution values) => new
    {
        values.Minimum,
        Median = values.Percentile(0.5),
        values.Mean,
        Percentile90 = values.Percentile(0.9),
        values.Maximum,
    };
}
