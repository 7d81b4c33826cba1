using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Mining;

/// <summary>The judges that <c>mine</c> asks and the backends that they ask, opened and checked before the first query.</summary>
/// <param name="engine">May bring judges of its own.</param>
/// <param name="options">The settings.</param>
/// <param name="settingsFolder">Where relative paths of models and prompts start.</param>
/// <param name="request">What is asked for.</param>
/// <param name="counters">Counts model calls.</param>
/// <param name="cache">Opened where it is needed.</param>
internal sealed class MineJudges(MineEngine engine, R2SynthOptions options, string settingsFolder, MineRequest request, RunCounters counters, Func<CallCache> cache) : IAsyncDisposable
{
    private readonly IReadOnlyList<JudgeDescription> _methods = request.Judged ? Judges.Parse(options.Judges.Method ?? MineRequest.DefaultJudging) : [];
    private readonly GoldAnswers _gold = new(request.Queries);
    private RunBackends? _backends;
    private BackendInUse? _strong;

    /// <summary>The judges; none without one, or before they were asked what they can do.</summary>
    public IReadOnlyList<MineJudge> All { get; private set; } = [];

    /// <summary>What their scores depend on; empty without one.</summary>
    public string Identity { get; private set; } = "";

    /// <summary>Their prompts.</summary>
    public SortedDictionary<string, string> Prompts { get; } = new(StringComparer.Ordinal);

    /// <summary>What they must be able to do together; nothing without one.</summary>
    public BackendAbilities Needs => _methods.Aggregate(BackendAbilities.None, (needs, method) => needs | method.Needs[0]);

    /// <summary>The one that compares with gold answers; null where none does.</summary>
    public JudgeDescription? Gold => _methods.FirstOrDefault(method => method.NeedsGold);

    /// <summary>Units under way at once.</summary>
    public int Parallelism => options.Pipeline.Parallelism ?? (_backends is { Judge: { } judge } ? judge.Parallelism : Environment.ProcessorCount);

    /// <summary>The models, for the report.</summary>
    public IEnumerable<ModelReport> Models => _strong is null
        ? _backends?.Models ?? []
        : [.. _backends?.Models ?? [], new ModelReport { Role = "strong judge", Name = _strong.Backend.Name, Identity = _strong.Backend.ModelIdentity, Weak = _strong.Backend.Weak, Prices = _strong.Prices }];

    /// <summary>What went wrong with servers and did not end the run, and queries without a gold answer.</summary>
    public IEnumerable<string> Warnings => [.. WithoutGold(), .. _backends?.Warnings ?? [], .. _strong?.Backend.Warnings ?? []];

    /// <summary>Opens the backends and checks all that can be checked without asking a server.</summary>
    public async Task OpenAsync(SpendingGuard spending, List<string> findings, CancellationToken cancellationToken)
    {
        if (!request.Judged || engine.OpenJudge is not null) return;
        _backends = new RunBackends(options, settingsFolder, [MineRecipe.Describe(Needs)]);
        await _backends.OpenAsync(spending, findings, cancellationToken);
        await OpenStrongAsync(spending, findings, cancellationToken);
        if (findings.Count > 0) return;
        BackendInUse judge = _backends.Judge!; // opened, or there were findings
        foreach (BackendInUse use in _strong is null ? [judge] : (BackendInUse[])[judge, _strong])
        {
            use.Needs = _methods.Aggregate(BackendAbilities.None, (needs, method) => needs | JudgeBackend.NeedOf(method, use));
            foreach (JudgeDescription method in _methods.Where(method => !use.MayServe(JudgeBackend.NeedOf(method, use))))
                findings.Add($"The judge '{method.Name}' needs a model with {string.Join(", or with ", method.Needs)}, and '{use.Backend.Name}' has {use.Abilities}. Name another backend with --judge, or another judge with --judging.");
        }
    }

    /// <summary>Asks servers what they can do, and makes the judges.</summary>
    public async Task BeginAsync(List<string> findings, CancellationToken cancellationToken)
    {
        if (_backends is not null)
        {
            await _backends.ProbeAsync(cache(), findings, cancellationToken);
            if (_strong is not null) await _strong.ProbeAsync(cache(), cancellationToken);
            if (findings.Count > 0) return;
        }

        if (request.Judged) All = Make();
    }

    /// <summary>Judges with a vote as one.</summary>
    /// <param name="judges">At least two.</param>
    /// <param name="weights">What each vote weighs; null weighs all 1.</param>
    public CombinedJudge Combined(IReadOnlyList<IPassageJudge> judges, IReadOnlyList<double>? weights) => new(judges, options.Judges.Combination ?? Combination.ReciprocalRank, weights);

    /// <summary>The check for false negatives; null where they are not looked for. The backend that confirms judges by the methods that have a vote, all equal: its own worth was not measured.</summary>
    /// <param name="voting">The judges that have a vote; at least one.</param>
    /// <param name="judge">These as one.</param>
    public FalseNegativeCascade? Cascade(IReadOnlyList<int> voting, IPassageJudge judge)
    {
        if (request.FalseNegatives == FalseNegativeAction.None) return null;
        IPassageJudge[] strong = [.. voting.Select(j => All[j].Strong).OfType<IPassageJudge>()];
        return new FalseNegativeCascade(judge, strong.Length > 1 ? Combined(strong, null) : strong.FirstOrDefault(), request.FalseNegatives)
        {
            Most = options.Mining.MaxFalseNegatives ?? FalseNegativeCascade.MostFalseNegatives,
            Margin = options.Mining.FalseNegativeMargin ?? 0,
            Threshold = voting.Count == 1 ? All[voting[0]].Method.Threshold : null, // ranks have no point from which they answer
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_backends is not null) await _backends.DisposeAsync();
        if (_strong is not null) await _strong.DisposeAsync();
    }

    private IEnumerable<string> WithoutGold()
    {
        int without = Gold is not null ? request.Queries.Count(query => query.Answers.Count == 0) : 0;
        if (without > 0) yield return $"{request.QueriesPath}: {without} of {request.Queries.Count} queries have no gold answer: the judge '{Gold!.Name}' gives no verdict on them.";
    }

    private async Task OpenStrongAsync(SpendingGuard spending, List<string> findings, CancellationToken cancellationToken)
    {
        if (request.StrongJudge is not { } name) return;
        if (!options.Backends.TryGetValue(name, out BackendOptions? settings))
        {
            findings.Add($"--strong-judge is '{name}', which is no backend. Backends: {string.Join(", ", options.Backends.Keys)}.");
            return;
        }

        _strong = new BackendInUse(await BackendFactory.OpenAsync(name, settings, settingsFolder, spending, cancellationToken), settings);
    }

    private MineJudge[] Make()
    {
        PromptLibrary? prompts = engine.OpenJudge is null ? PromptLibrary.Load(Path.Combine(settingsFolder, options.Prompts)) : null;
        IPassageJudge? Open(JudgeDescription method, string? name, BackendInUse? use) =>
            name is null ? null : prompts is null ? engine.OpenJudge!(name, method.Name) : JudgeOf(method, use!, prompts); // no prompts, so there is a maker; else the backends are open
        MineJudge[] judges = [.. _methods.Select(method => new MineJudge(method, Open(method, options.Judge, _backends?.Judge)!, Open(method, request.StrongJudge, _strong)))]; // the judge has a name
        string cheap = string.Join(" + ", judges.Select(judge => IdentityOf(judge.Method, judge.Judge, _backends?.Judge)));
        Identity = request.StrongJudge is null ? cheap : $"{cheap}; then {string.Join(" + ", judges.Select(judge => IdentityOf(judge.Method, judge.Strong!, _strong)))}"; // it has a name
        return judges;
    }

    private IPassageJudge JudgeOf(JudgeDescription method, BackendInUse use, PromptLibrary prompts)
    {
        if (method.Prompts.Count > 0)
        {
            Prompt prompt = prompts.Get(method.Prompts[method.Needs.ToList().IndexOf(JudgeBackend.NeedOf(method, use))], use.Backend.Weak);
            Prompts[prompt.Name] = prompt.Hash;
        }

        return Judges.Create(method.Name, JudgeBackend.Models(use, cache(), counters), prompts, options.Judges, options.Mining.JudgedWords, gold: method.NeedsGold ? _gold.Of : null);
    }

    private static string IdentityOf(JudgeDescription method, IPassageJudge judge, BackendInUse? use) => use is null ? judge.Name
        : $"{method.Name} by {(JudgeBackend.NeedOf(method, use).HasFlag(BackendAbilities.TokenScores) ? use.ScorerIdentity : use.Backend.ModelIdentity)}";
}
