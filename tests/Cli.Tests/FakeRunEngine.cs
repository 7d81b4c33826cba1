using R2Synth.Miners.Ranking;
using R2Synth.Pipeline;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Cli.Tests;

internal sealed class FakeRunEngine : IRunEngine
{
    public static RunSummary Summary { get; } = new()
    {
        Recipes =
        [
            new RecipeSummary
            {
                Recipe = "gecko",
                Groups = 20,
                Relabelled = 5,
                Rejects = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["dedup/near-duplicate"] = 3, ["generate/not-grounded"] = 1 },
            },
        ],
        Judges =
        [
            Judge("ql", 0.71, votes: true),
            Judge("rc", 0.48, votes: false),
        ],
        Files = ["run.json", "report.html", "shards/train-00000-of-00001.parquet"],
    };

    public Func<RunRequest, RunCounters, CancellationToken, Task<RunSummary>> OnRun { get; set; } = (_, _, _) => Task.FromResult(Summary);

    public RunRequest? Request { get; private set; }

    public Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Request = request;
        return Task.FromResult(new RunPlan
        {
            Passages = 1234,
            Stages = [Stage("gecko/generate", 96, 288, 81_600, 0.0123), Stage("gecko/judge", 576, 576, 120_000, 0)],
            Budget = request.Budget,
            Assumptions = ["Every unit is taken to go all the way."],
        });
    }

    public Task<RunSummary> RunAsync(RunRequest request, RunCounters counters, CancellationToken cancellationToken)
    {
        Request = request;
        return OnRun(request, counters, cancellationToken);
    }

    private static PlannedStage Stage(string name, long calls, long mostCalls, long tokens, double price) => new()
    {
        Stage = name,
        Calls = calls,
        MostCalls = mostCalls,
        TokensRead = new Estimate(tokens, tokens / 20.0),
        TokensWritten = Estimate.Exactly(tokens / 10.0),
        Cheapest = new Estimate(price, price / 20),
        Dearest = new Estimate(2 * price, price / 10),
        MostPrice = (decimal)(5 * price),
    };

    private static JudgeVote Judge(string name, double auc, bool votes) => new()
    {
        Judge = name,
        AucRetrieved = auc,
        AucRetrievedLow = auc - 0.05,
        AucRetrievedHigh = auc + 0.05,
        AucRandom = auc + 0.2,
        AucRandomLow = auc + 0.15,
        AucRandomHigh = auc + 0.25,
        Queries = 24,
        Votes = votes,
    };
}
