using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>The judges by name.</summary>
public static class Judges
{
    private const BackendAbilities Texts = BackendAbilities.PromptScores | BackendAbilities.TokenScores;

    /// <summary>Every judge, by ordinal name.</summary>
    public static IReadOnlyList<JudgeDescription> All { get; } =
    [
        new()
        {
            Name = JudgeNames.Answer, Method = "Whether the model gives the query's gold answer when it reads the passage alone.", Source = "PixelRAG, arXiv 2606.28344; ReasonIR, arXiv 2504.20595",
            Needs = [BackendAbilities.Chat], Prompts = ["judge/answer"], Certain = 1, Threshold = 1, NeedsGold = true,
        },
        new()
        {
            Name = JudgeNames.Gecko, Method = "Query likelihood and yes/no relevance from one reading, fused by reciprocal rank.", Source = "Gecko, arXiv 2403.20327, section 3.2",
            Needs = [Texts], Prompts = ["judge/relevance"], SeesOthers = true,
        },
        new()
        {
            Name = JudgeNames.Graded, Method = "The expected grade from 0 to 3, by the weights of the four labels.", Source = "Zhuang et al., arXiv 2310.14122",
            Needs = [BackendAbilities.TokenScores], Prompts = ["judge/graded"], Certain = 3, Threshold = 1.5,
        },
        new()
        {
            Name = JudgeNames.Likelihood, Method = "How likely the query is after the passage.", Source = "Sachan et al., arXiv 2204.07496",
            Needs = [Texts], Prompts = ["judge/relevance"],
        },
        new()
        {
            Name = JudgeNames.Listwise, Method = "The model writes the ranking of a window that slides from the back to the front.", Source = "RankGPT, arXiv 2304.09542",
            Needs = [BackendAbilities.Chat], Prompts = ["judge/listwise"], SeesOthers = true,
        },
        new()
        {
            Name = JudgeNames.Pairwise, Method = "Pairs of passages, each in both orders.", Source = "Qin et al., arXiv 2306.17563",
            Needs = [BackendAbilities.TokenScores, BackendAbilities.Chat], Prompts = ["judge/pick", "judge/pick-written"], SeesOthers = true,
        },
        new()
        {
            Name = JudgeNames.Qwen3Reranker, Method = "A Qwen3-Reranker model by the prompt that it was trained on.", Source = "Qwen3 Embedding, arXiv 2506.05176",
            Needs = [Texts], Prompts = ["judge/qwen3-reranker"], Certain = 1, Threshold = 0.5,
        },
        new()
        {
            Name = JudgeNames.Rerank, Method = "A cross-encoder behind a server's rerank endpoint.", Source = "the endpoint of Jina, Cohere, vLLM, llama.cpp and Text Embeddings Inference",
            Needs = [BackendAbilities.Rerank], Prompts = [],
        },
        new()
        {
            Name = JudgeNames.Setwise, Method = "Heapsort of the best ten by picking the best of four passages at a time.", Source = "Zhuang et al., arXiv 2310.09497",
            Needs = [BackendAbilities.TokenScores, BackendAbilities.Chat], Prompts = ["judge/pick", "judge/pick-written"], SeesOthers = true,
        },
        new()
        {
            Name = JudgeNames.YesNo, Method = "The share of yes in yes and no when asked whether the passage answers the query.", Source = "Gecko, arXiv 2403.20327, section 3.2 (RC)",
            Needs = [BackendAbilities.TokenScores], Prompts = ["judge/relevance"], Certain = 1, Threshold = 0.5,
        },
    ];

    /// <summary>The names that <see cref="Get"/> knows, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(judge => judge.Name)];

    /// <summary>Finds a judge's description.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <exception cref="InputException">No judge has that name.</exception>
    public static JudgeDescription Get(string name) =>
        All.FirstOrDefault(judge => string.Equals(judge.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"There is no judge '{name}'.{(Nearest.To(name, Names) is { } near ? $" Did you mean '{near}'?" : "")} Known: {string.Join(", ", Names)}.");

    /// <summary>Between the names of judges that are asked together.</summary>
    internal const string Join = "+";

    /// <summary>Finds the judges that are asked together.</summary>
    /// <param name="names">A name, or several joined by <c>+</c>, in any case.</param>
    /// <exception cref="InputException">No judge has one of the names, or one is there twice.</exception>
    public static IReadOnlyList<JudgeDescription> Parse(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        JudgeDescription[] judges = [.. names.Split(Join).Select(name => Get(name.Trim()))];
        return judges.GroupBy(judge => judge.Name).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new InputException($"'{names}' names the judge '{twice.Key}' more than once. Join different ones with '{Join}', for instance {JudgeNames.Likelihood}{Join}{JudgeNames.YesNo}.")
            : judges;
    }

    /// <summary>Makes a judge.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <param name="models">What it asks.</param>
    /// <param name="prompts">The prompt files.</param>
    /// <param name="options">How it judges; read once, here.</param>
    /// <param name="words">Words of a passage that pointwise judges read: <see cref="MiningOptions.JudgedWords"/>.</param>
    /// <param name="counts">Where its replies and failures are counted; null where nobody asks.</param>
    /// <param name="gold">The gold answers of a query on one line, none where they are not known; only for a judge that <see cref="JudgeDescription.NeedsGold"/>.</param>
    /// <exception cref="InputException">No judge has that name, the model cannot do what it needs, a prompt is missing, or two settings contradict each other.</exception>
    public static IPassageJudge Create(
        string name, JudgeModels models, PromptLibrary prompts, JudgesOptions options, int words, ReplyCounts? counts = null, Func<string, IReadOnlyList<string>>? gold = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(words, 1);
        JudgeDescription judge = Get(name);
        Check(judge, models);
        if (judge.NeedsGold && gold is null)
            throw new InputException($"The judge '{judge.Name}' compares with gold answers, and there are none here. r2synth mine takes them from the file of queries; or name another judge.");
        if (options.ListwiseStep > options.ListwiseWindow)
            throw new InputException($"Judges:ListwiseStep is {options.ListwiseStep}; it has to be at most Judges:ListwiseWindow, which is {options.ListwiseWindow}: a larger step leaves passages out.");
        counts ??= new ReplyCounts();
        Prompt Prompt(int need = 0) => prompts.Get(judge.Prompts[need], models.Weak);
        RelevanceReader Reader() => new(models.Scorer!, JudgePrompt.From(Prompt()), words, models.ScoresTexts); // not null here and below: checked
        IPassagePick Pick() => models.Scorer is { } scorer ? new ScoredPick(scorer, Prompt(), options.PickWords) : new WrittenPick(models.Chat!, Prompt(1), options.PickWords, counts);
        return judge.Name switch
        {
            JudgeNames.Answer => new AnswerCheckJudge(new WrittenAnswer(models.Chat!, Prompt(), words, counts).AnswerAsync, gold!, counts),
            JudgeNames.YesNo => new YesNoJudge(Reader(), counts),
            JudgeNames.Likelihood => new QueryLikelihoodJudge(Reader(), options.Likelihood, counts),
            JudgeNames.Gecko => new GeckoJudge(Reader(), counts),
            JudgeNames.Graded => new GradedJudge(models.Scorer!, JudgePrompt.From(Prompt()), words, counts),
            JudgeNames.Listwise => new ListwiseJudge(models.Chat!, Prompt(), options, counts),
            JudgeNames.Setwise => new SetwiseJudge(Pick(), options.SetwiseSize, options.SetwiseTop, counts),
            JudgeNames.Pairwise => new PairwiseJudge(Pick(), options.Pairwise, options.PairwisePasses, counts),
            JudgeNames.Qwen3Reranker => new Qwen3RerankerJudge(models.Scorer!, Prompt(), options.Instruction, options.RerankWords, counts),
            JudgeNames.Rerank => new RerankJudge(models.Reranker!, options.RerankWords, options.RerankDocuments, counts),
            _ => throw new InvalidOperationException($"The judge '{judge.Name}' is listed and cannot be made."),
        };
    }

    private static void Check(JudgeDescription judge, JudgeModels models)
    {
        BackendAbilities able = (models.Scorer is null ? BackendAbilities.None : models.ScoresTexts ? Texts : BackendAbilities.TokenScores)
            | (models.Chat is null ? BackendAbilities.None : BackendAbilities.Chat) | (models.Reranker is null ? BackendAbilities.None : BackendAbilities.Rerank);
        if (judge.Needs.Any(need => (need & ~able) == BackendAbilities.None)) return;
        string others = string.Join(", ", All.Where(other => other.Needs.Any(need => (need & ~able) == BackendAbilities.None)).Select(other => other.Name));
        throw new InputException(
            $"The judge '{judge.Name}' needs a model with {string.Join(", or with ", judge.Needs)}, and this one has {able}. {(others.Length > 0 ? $"It can be asked by: {others}." : "Name another backend with --judge.")}");
    }
}
