using System.Globalization;
using R2Synth.Records;

namespace R2Synth.Pipeline.Reporting;

/// <summary>What the card and the page say in the same words.</summary>
internal static class ReportText
{
    /// <summary>A whole number with thousands.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A whole number with thousands, anything else with three digits after the point.</summary>
    public static string CountOrMeasure(double number) => double.IsInteger(number) ? Number((long)number) : Three(number);

    /// <summary>A measure with at most two digits after the point.</summary>
    public static string Measure(double measure) => measure.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A share in percent; a dash for a share of nothing.</summary>
    public static string Share(long part, long whole) => whole == 0 ? "-" : $"{(100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture)} %";

    /// <summary>A value with its interval; a dash for what was measured on nothing.</summary>
    public static string Interval(double value, double low, double high) =>
        double.IsFinite(value) ? $"{Three(value)} ({Three(low)} to {Three(high)})" : "-";

    /// <summary>An origin as the shards spell it.</summary>
    public static string Name(Origin origin) => origin switch
    {
        Origin.Seed => "seed",
        Origin.Mined => "mined",
        Origin.Relabelled => "relabelled",
        Origin.Generated => "generated",
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, null),
    };

    /// <summary>The table of judges: the sentence above it, its columns (the first and the last are words, the others numbers) and its rows.</summary>
    public static (string Note, string[] Columns, IEnumerable<string[]> Rows) Judges(RunReportData run) => run.GivenQueries
        ? ("How often the judge puts a passage that the judgments call relevant above another one that it judged (0.5 is chance), with the 95 % interval, on the first queries. It votes only where the interval lies above 0.5.",
            ["judge", "above another one", "Brier score", "length bias", "queries", "votes"],
            run.Judges.Select(vote => new[]
            {
                vote.Judge,
                Interval(vote.AucRetrieved, vote.AucRetrievedLow, vote.AucRetrievedHigh),
                vote.Quality?.Brier is { } brier ? Three(brier.Mean) : "-",
                vote.Quality?.LengthBias is { } bias ? Three(bias.Mean) : "-",
                Number(vote.Queries),
                vote.Votes ? "yes" : "no",
            }))
        : ("How often a judge puts a query's seed passage above another passage (0.5 is chance), with the 95 % interval. A judge votes only where both intervals lie above 0.5.",
            ["judge", "above a retrieved one", "above a random one", "queries", "votes"],
            run.Judges.Select(vote => new[]
            {
                vote.Name,
                Interval(vote.AucRetrieved, vote.AucRetrievedLow, vote.AucRetrievedHigh),
                Interval(vote.AucRandom, vote.AucRandomLow, vote.AucRandomHigh),
                Number(vote.Queries),
                vote.Votes ? "yes" : "no",
            }));

    /// <summary>The table of agreements: as <see cref="Judges"/>.</summary>
    public static (string Note, string[] Columns, IEnumerable<string[]> Rows) Agreements(RunReportData run) =>
        ("How far two judges agree beyond chance: Cohen's kappa, 1 for always, 0 for as often as chance. Where one of them has no threshold, they agree on which passage of a query is the best.",
            ["judges", "kappa", "passages", "agree on"],
            run.Agreements.Select(agreement => new[]
            {
                agreement.Name,
                agreement.Kappa is double kappa ? Three(kappa) : "-",
                Number(agreement.Passages),
                agreement.OnBest ? "the best" : "what is relevant",
            }));

    /// <summary>What a user of the data should know, a sentence or two each.</summary>
    public static IReadOnlyList<string> Limits(RunReportData run)
    {
        List<string> limits = [];
        if (run.Models.FirstOrDefault(model => model is { Role: "generator", Weak: true }) is not null)
        {
            limits.Add("The generator is a weak model: many queries are shallow, repeat words of their passage or are not what a person would ask. Use the data to try the method, not to train for use; name a larger model for that.");
        }

        if (run.Judges.Count > 0 && !run.Judges.Any(vote => vote.Votes))
        {
            limits.Add(run.GivenQueries
                ? $"{string.Join(' ', run.Judges.Select(vote => vote.Excluded))} The retriever's order stands, and no negative was taken out for answering its query."
                : "No judge told seed passages from others better than chance, so none voted: positives were not relabelled by a judge.");
        }

        if (run.TrainGroups + run.DevGroups == 0)
        {
            limits.Add("The run made no group. The rejects say why.");
        }

        if (run.GivenQueries) limits.Add("Queries and judgments are as they were given: a passage that nobody judged may answer a query.");
        if (run.WroteQueries) limits.Add("The queries are synthetic: errors and biases of the models that wrote and judged them are in them.");
        if (run.HidesTitles) limits.Add("In the groups of titles the passages go without their titles, of which one is the query: the attribute hidden_title has it. The retrievers scored them with their titles, and a passage may stand with its own in another group.");
        limits.Add("A hard negative may be relevant all the same: negatives were chosen by rules and models, not by people.");
        limits.Add("The passages keep the licence of the corpus they come from, and the models' licences may limit what their output is used for.");
        return limits;
    }

    private static string Three(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
