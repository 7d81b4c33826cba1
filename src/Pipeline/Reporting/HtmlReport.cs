using System.Globalization;
using R2Synth.Pipeline.Money;
using R2Synth.Records;

namespace R2Synth.Pipeline.Reporting;

/// <summary><c>report.html</c>: one page that needs nothing else, no script, no font, no network.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1d2430;--dim:#5b6575;--paper:#fff;--panel:#f5f6f8;--line:#d9dde3;--bar:#3b6fb6;--good:#1f7a4d;--bad:#a33d2e}
        @media (prefers-color-scheme:dark){:root{--ink:#e4e8ee;--dim:#9aa5b4;--paper:#14181f;--panel:#1d232d;--line:#343c49;--bar:#6f9fe0;--good:#5fc08f;--bad:#e08a78}}
        *{box-sizing:border-box}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:0 auto;padding:1.5rem 1rem 4rem}
        h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.25rem;margin:2.5rem 0 .6rem;border-bottom:1px solid var(--line)}h3{font-size:1.05rem;margin:1.4rem 0 .4rem}
        p{margin:.4rem 0}.dim{color:var(--dim)}code,pre{font-family:ui-monospace,monospace;font-size:.88em}
        pre{background:var(--panel);padding:.7rem;overflow-x:auto;white-space:pre-wrap}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;font-size:.92rem}
        th,td{text-align:left;vertical-align:top;padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:1rem 2rem}
        svg{width:100%;height:auto;display:block}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg rect{fill:var(--bar)}
        .group{background:var(--panel);padding:.8rem 1rem;margin:1rem 0;border-radius:.4rem}
        .query{font-size:1.1rem;font-weight:600}.passage{border-left:.25rem solid var(--bad);padding-left:.7rem;margin:.7rem 0}.positive{border-color:var(--good)}
        .text{white-space:pre-wrap;overflow-wrap:anywhere}
        @media print{body{max-width:none;font-size:11pt;padding:0}.passage,.chart,tr{break-inside:avoid}h2,h3{break-after:avoid}}
        """;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static Task WriteAsync(string path, RunReportData run) => WholeFile.WriteTextAsync(path, Render(run));

    /// <summary>The page.</summary>
    public static string Render(RunReportData run)
    {
        HtmlPage page = new();
        page.Constant("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
            .Element("title", $"{run.Name}: R2Synth report")
            .Constant($"<style>\n{Style.ReplaceLineEndings("\n")}\n</style>\n</head>\n<body>\n")
            .Element("h1", run.Name)
            .Element("p", $"{ReportText.Number(run.TrainGroups)} training groups, {ReportText.Number(run.DevGroups)} development groups. R2Synth {run.Version}, seed {run.Seed.ToString(CultureInfo.InvariantCulture)}.")
            .Element("pre", run.Command);
        Limits(page, run);
        Yields(page, run);
        Judges(page, run);
        Counts(page, run);
        Distributions(page, run);
        Origins(page, run);
        Samples(page, run);
        return page.Constant("</body>\n</html>\n").ToString();
    }

    private static void Limits(HtmlPage page, RunReportData run)
    {
        page.Element("h2", "Known limits").Open("ul");
        foreach (string limit in ReportText.Limits(run))
        {
            page.Element("li", limit);
        }

        page.Close("ul");
    }

    private static void Yields(HtmlPage page, RunReportData run)
    {
        page.Element("h2", "Yields");
        foreach (RecipeReport recipe in run.Recipes)
        {
            page.Element("h3", recipe.Recipe.Name)
                .Element("p.dim", $"{recipe.Recipe.Makes} {recipe.Recipe.Paper}.")
                .Element("p", $"{ReportText.Number(recipe.Groups)} groups; relabelled {ReportText.Number(recipe.Relabelled)} ({ReportText.Share(recipe.Relabelled, recipe.Groups)}).")
                .Table(
                    ["stage", "#in", "#out", "#rejected", "#yield"],
                    recipe.Stages.Select(stage => new[]
                    {
                        stage.Name, ReportText.Number(stage.In), ReportText.Number(stage.Out), ReportText.Number(stage.Rejected), ReportText.Share(stage.Out, stage.In),
                    }))
                .Table(["rejected at", "reason", "#units"], recipe.Rejects.Select(Reason));
        }

        if (run.Calls is CallReport calls)
        {
            page.Element(
                "p.dim",
                $"The process that ended the run made {ReportText.Number(calls.Calls)} model calls ({ReportText.Number(calls.TokensRead)} tokens read, {ReportText.Number(calls.TokensWritten)} written); the cache answered {ReportText.Number(calls.CacheHits)}.");
            if (calls.Money is { } money) page.Element("p.dim", $"The run did cost {Dollars.Text(money.Spent)} in all, {Dollars.Text(calls.Cost)} of it for the replies in that process.");
        }

        static string[] Reason(KeyValuePair<string, int> reject)
        {
            int slash = reject.Key.IndexOf('/', StringComparison.Ordinal);
            return slash < 0
                ? ["", reject.Key, ReportText.Number(reject.Value)]
                : [reject.Key[..slash], reject.Key[(slash + 1)..], ReportText.Number(reject.Value)];
        }
    }

    private static void Judges(HtmlPage page, RunReportData run)
    {
        if (run.Judges.Count == 0)
        {
            return;
        }

        (string note, string[] columns, IEnumerable<string[]> rows) = ReportText.Judges(run);
        page.Element("h2", "Judges").Element("p.dim", note).Table([columns[0], .. columns[1..^1].Select(column => $"#{column}"), columns[^1]], rows);
        if (run.Agreements.Count == 0) return;
        (note, columns, rows) = ReportText.Agreements(run);
        page.Element("p.dim", note).Table([columns[0], .. columns[1..^1].Select(column => $"#{column}"), columns[^1]], rows);
    }

    private static void Counts(HtmlPage page, RunReportData run)
    {
        foreach (CountTable table in run.CountTables)
        {
            page.Element("h2", table.Title).Element("p.dim", table.Note).Table(["what", "#count"], table.Rows.Select(row => new[] { row.Key.Replace('_', ' '), ReportText.CountOrMeasure(row.Value) }));
        }
    }

    private static void Distributions(HtmlPage page, RunReportData run)
    {
        page.Element("h2", "Distributions").Open("div.charts");
        foreach (Distribution distribution in run.Distributions.Where(distribution => distribution.Bins.Count > 0))
        {
            BarChart.Write(page, distribution);
        }

        page.Close("div");
    }

    private static void Origins(HtmlPage page, RunReportData run)
    {
        page.Element("h2", "Models, inputs, settings")
            .Table(["model for", "name", "identity"], run.Models.Select(model => new[] { model.Role, model.Weak ? $"{model.Name} (weak)" : model.Name, model.Identity }))
            .Table(["read", "path", "#count", "hash"], run.Inputs.Select(input => new[] { input.Role, input.Path, input.Count is long count ? ReportText.Number(count) : "", input.Hash }))
            .Open("details").Element("summary", "All settings")
            .Table(["setting", "value"], run.Settings.Select(setting => new[] { setting.Key, setting.Value }))
            .Close("details");
    }

    private static void Samples(HtmlPage page, RunReportData run)
    {
        page.Element("h2", "Samples");
        foreach (Group group in run.Samples)
        {
            page.Open("div.group")
                .Element("p.dim", string.Join(" · ", [group.Id, group.TaskGroup, group.Language, .. group.Attributes.Select(attribute => $"{attribute.Key} {attribute.Value}")]))
                .Element("p.query", group.Query)
                .Element("p", group.Instruction);
            foreach (JudgedPassage positive in group.Positives)
            {
                Passage(page, positive, "positive", "div.passage.positive");
            }

            foreach (JudgedPassage negative in group.Negatives)
            {
                Passage(page, negative, "negative", "div.passage");
            }

            page.Close("div");
        }
    }

    private static void Passage(HtmlPage page, JudgedPassage passage, string kind, string tag)
    {
        List<string> facts = [kind, passage.Docid, ReportText.Name(passage.Origin)];
        if (passage.Grade is int grade)
        {
            facts.Add($"grade {grade.ToString(CultureInfo.InvariantCulture)}");
        }

        if (passage.Rank is int rank)
        {
            facts.Add($"rank {rank.ToString(CultureInfo.InvariantCulture)}");
        }

        facts.AddRange(passage.Scores.Select(score => $"{score.Key} {score.Value.ToString("0.####", CultureInfo.InvariantCulture)}"));
        page.Open(tag).Element("p.dim", string.Join(" · ", facts));
        if (passage.Title.Length > 0)
        {
            page.Open("p").Element("strong", passage.Title).Close("p");
        }

        page.Element("p.text", passage.Text).Close("div");
    }
}
