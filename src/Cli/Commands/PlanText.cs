using R2Synth.Cli.Output;
using R2Synth.Pipeline;
using R2Synth.Pipeline.Money;
using Spectre.Console;

namespace R2Synth.Cli.Commands;

/// <summary>What <c>run --dry-run</c> prints: calls, tokens and price of each stage, and whether the budget is enough.</summary>
internal static class PlanText
{
    public static void Write(Invocation invocation, RunPlan plan)
    {
        if (plan.Passages is { } passages) invocation.Out.WriteLine($"Passages in the corpus: {Figures.Count(passages)}");
        Table table = Tables.Create("stage", ">calls", ">at most", ">tokens read", ">tokens written", ">price", ">at most");
        foreach (PlannedStage stage in plan.Stages) Row(table, stage.Stage, [stage]);
        Row(table, "in all", plan.Stages);
        invocation.OutConsole.Write(table);
        foreach (string assumption in plan.Assumptions) invocation.Out.WriteLine($"- {assumption}");
        if (plan.Budget is { } budget) invocation.Out.WriteLine(Verdict(plan, budget));
    }

    private static void Row(Table table, string name, IReadOnlyList<PlannedStage> stages) => table.Row(
        name,
        Figures.Count(stages.Sum(stage => stage.Calls)),
        Figures.Count(stages.Sum(stage => stage.MostCalls)),
        Tokens(Sum(stages, stage => stage.TokensRead)),
        Tokens(Sum(stages, stage => stage.TokensWritten)),
        Price(Sum(stages, stage => stage.Cheapest), Sum(stages, stage => stage.Dearest)),
        stages.Sum(stage => stage.MostPrice) is var most and > 0 ? Money(most) : "free");

    private static string Verdict(RunPlan plan, decimal budget)
    {
        Estimate dearest = Sum(plan.Stages, stage => stage.Dearest);
        decimal expected = (decimal)(dearest.Total + dearest.Margin), most = plan.Stages.Sum(stage => stage.MostPrice);
        string judged = most <= budget ? "enough, whatever the replies are like"
            : expected <= budget ? $"enough for what is expected, not for the most that it can be ({Money(most)})"
            : "not enough for what is expected; the run would stop on the way, with everything kept";
        return $"Budget: {Dollars.Text(budget)} is {judged}.";
    }

    private static Estimate Sum(IReadOnlyList<PlannedStage> stages, Func<PlannedStage, Estimate> of) => stages.Aggregate(default(Estimate), (sum, stage) => sum + of(stage));

    private static string Tokens(Estimate tokens) => Figures.Count((long)Math.Round(tokens.Total)) + (tokens.Margin >= 0.5 ? $" \u00B1 {Figures.Count((long)Math.Round(tokens.Margin))}" : "");

    // With servers of several prices from the cheapest to the dearest.
    private static string Price(Estimate cheapest, Estimate dearest)
    {
        if (dearest.Total <= 0) return "free";
        string margin = dearest.Margin > 0 ? $" \u00B1 {Money((decimal)dearest.Margin)}" : "";
        return cheapest.Total < dearest.Total ? $"{Money((decimal)cheapest.Total)} to {Money((decimal)dearest.Total)}{margin}" : $"{Money((decimal)dearest.Total)}{margin}";
    }

    // Hundredths of a cent are what an estimate can say; more digits only where there would be none.
    private static string Money(decimal dollars) => Dollars.Text(Math.Round(dollars, dollars >= 0.0001m ? 4 : dollars >= 0.000001m ? 6 : 9, MidpointRounding.AwayFromZero));
}
