using R2Synth.Generators;
using R2Synth.Inference.Prompts;
using R2Synth.Miners;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>What a run reads before it asks any model: recipes, prompts, corpus, topics.</summary>
internal sealed class RunInputs
{
    private RunInputs()
    {
    }

    /// <summary>The judges that the recipes ask.</summary>
    public RecipeMethods Methods { get; private set; } = null!; // set by ReadAsync, the only maker, or there is a finding

    /// <summary>The recipes in the request's order.</summary>
    public required IReadOnlyList<RecipeDescription> Recipes { get; init; }

    /// <summary>The prompts.</summary>
    public PromptLibrary Prompts { get; private set; } = null!; // null only together with a finding, which ends the run

    /// <summary>The corpus; empty without one.</summary>
    public IReadOnlyList<Passage> Passages { get; private set; } = [];

    /// <summary>The topics; empty without them.</summary>
    public IReadOnlyList<string> Topics { get; private set; } = [];

    /// <summary>What was read, for the report.</summary>
    public IReadOnlyList<InputReport> Reports { get; private set; } = [];

    /// <summary>Reads all of it.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="settingsFolder">Where relative prompt folders start.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="findings">Takes everything that the user has to mend; with one, parts may be missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RunInputs> ReadAsync(
        R2SynthOptions options, string settingsFolder, RunRequest request, List<string> findings, CancellationToken cancellationToken)
    {
        RunInputs read = new() { Recipes = Named(request, findings) };
        List<InputReport> inputs = [];
        Try(findings, () => read.Methods = RecipeMethods.From(options.Judges));
        if (read.Recipes.Any(recipe => recipe.NeedsCorpus)) Try(findings, () => CheckRules(options.Mining));
        else Try(findings, () => NegativeRules.From(options.Mining, NegativeRules.OfRecipes));
        if (options.Mining.WrittenShare is double share && options.Mining.AuditWritten != true)
            findings.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Mining:WrittenShare is {share}, which the audit of written negatives applies, and that is off. Set Mining:AuditWritten=true too."));
        Try(findings, () => read.Prompts = PromptLibrary.Load(Path.Combine(settingsFolder, options.Prompts)));
        if (read.Prompts is not null)
        {
            inputs.Add(new InputReport
            {
                Role = "prompts",
                Path = options.Prompts,
                Hash = ContentHash.Of([.. read.Prompts.All.SelectMany(prompt => new[] { prompt.Name, prompt.Weak ? "weak" : "", prompt.Hash })]),
                Count = read.Prompts.All.Count,
            });
        }

        try
        {
            if (read.Recipes.Any(recipe => recipe.NeedsCorpus) && request.Corpus is { } corpus)
            {
                CorpusReport report = new();
                read.Passages = await CorpusReader.OpenAsync(corpus, options.Corpus, options.Cache.FolderOf("corpora"), report, cancellationToken);
                if (read.Passages.Count == 0) findings.Add($"{corpus}: no passages in it. {report.EmptyDocuments} documents are empty.");
                inputs.Add(new InputReport { Role = "corpus", Path = corpus, Hash = CorpusHash.Of(read.Passages), Count = read.Passages.Count });
            }

            if (read.Recipes.Any(recipe => recipe.NeedsTopics) && request.Topics is { } topics)
            {
                read.Topics = await TopicsFile.ReadAsync(topics, cancellationToken);
                inputs.Add(new InputReport { Role = "topics", Path = topics, Hash = ContentHash.Of([.. read.Topics]), Count = read.Topics.Count });
            }
        }
        catch (InputException e)
        {
            findings.Add(e.Message);
        }

        read.Reports = inputs;
        return read;
    }

    private static List<RecipeDescription> Named(RunRequest request, List<string> findings)
    {
        List<RecipeDescription> recipes = [];
        foreach (string name in request.Recipes)
        {
            if (RecipeCatalog.All.FirstOrDefault(recipe => recipe.Name == name) is { } recipe) recipes.Add(recipe);
            else findings.Add($"Unknown recipe '{name}'. Known recipes: {string.Join(", ", RecipeCatalog.All.Select(known => known.Name))}.");
        }

        foreach (RecipeDescription recipe in recipes)
        {
            if (recipe.NeedsCorpus && request.Corpus is null)
                findings.Add($"Recipe '{recipe.Name}' needs --corpus: a BEIR folder, a .jsonl file, or a folder of .txt, .md and .html files.");
            if (recipe.NeedsTopics && request.Topics is null)
                findings.Add($"Recipe '{recipe.Name}' needs --topics: a text file with a topic a line.");
        }

        foreach (string language in request.Languages) Try(findings, () => LanguageNames.Of(language));
        return recipes;
    }

    // A rule that is given fewer candidates than it speaks of would be another rule under its name.
    private static NegativeRule CheckRules(MiningOptions mining)
    {
        PositiveRule.From(mining);
        NegativeRule rule = NegativeRules.From(mining, NegativeRules.OfRecipes);
        if (rule.Source == NegativeSource.Run)
            throw new InputException($"Mining:NegativeRule is '{mining.NegativeRule ?? rule.Name}', which takes its negatives from a given run; that is for r2synth mine --run FILE.");
        return rule.Depth > Math.Min(mining.Candidates, mining.RetrievalDepth)
            ? throw new InputException(
                $"Mining:NegativeRule is '{mining.NegativeRule ?? rule.Name}', which takes ranks up to {rule.Depth}, and Mining:Candidates is {mining.Candidates}, Mining:RetrievalDepth {mining.RetrievalDepth}. Set both to {rule.Depth} or more, or lower Mining:RangeMax.")
            : rule;
    }

    private static void Try<T>(List<string> findings, Func<T> check)
    {
        try
        {
            check();
        }
        catch (InputException e)
        {
            findings.Add(e.Message);
        }
    }
}
