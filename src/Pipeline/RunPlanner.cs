using R2Synth.Generators.E5;
using R2Synth.Generators.Gecko;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Recipes;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>
/// Says the price first. A sample of the run's own first units is rendered with the recipe's own prompts, and scaled up to all of them; the margins are the sample's.
/// Rejects on the way make the real run smaller. Makes no model call.
/// </summary>
internal sealed class RunPlanner(R2SynthOptions options, RunRequest request, RunSetup setup)
{
    /// <summary>Requests of a prompt, or passages, that are rendered.</summary>
    private const int Sampled = 32;

    private const int RandomPassages = 2; // judged beside each query of the calibration
    private const double QueryTokens = 16; // a query of ten words
    private const double TokensPerWord = 1.4; // English

    private readonly List<PlannedStage> _stages = [];
    private readonly SortedSet<string> _assumptions = new(StringComparer.Ordinal);

    private BackendInUse Writer => setup.Backends.Writer!; // asked for where a recipe needs it

    private BackendInUse Judge => setup.Backends.Judge!; // as above

    private bool Weak => Writer.Backend.Weak;

    /// <summary>Plans the whole run.</summary>
    public RunPlan Plan()
    {
        foreach (string recipe in request.Recipes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (recipe == E5Recipe.Name) PlanE5();
            else if (recipe == GeckoRecipe.Name) PlanGecko();
            else PlanEmbedding(TitlesRecipe.Name, Seeds);
        }

        _assumptions.Add("Every unit is taken to go all the way; rejects make the run cheaper, repairs of replies dearer (calls at most).");
        if (_stages.Any(stage => stage.MostPrice > 0)) _assumptions.Add("Prices are those of the settings; tokens that a server has in its prompt cache cost less than is counted here.");
        return new RunPlan { Stages = _stages, Passages = setup.Inputs.Passages.Count > 0 ? setup.Inputs.Passages.Count : null, Budget = request.Budget, Assumptions = [.. _assumptions] };
    }

    private void PlanGecko()
    {
        int count = Seeds, draws = GeckoRecipe.DrawsOf(options.Gecko, Weak);
        long queries = (long)count * options.Gecko.Queries;
        Passage[] seeds = [.. SeedOrder.Of(request.Seed, setup.Inputs.Passages.Count).Take(count).Take(Sampled).Select(passage => setup.Inputs.Passages[passage])];
        PromptSample written = new(Writer.Backend, setup.Cache, setup.Inputs.Prompts.Get(GeckoGenerator.PromptName, Weak));
        for (int ordinal = 0; ordinal < seeds.Length; ordinal++) written.Add(GeckoGenerator.Slots(seeds[ordinal]), new UnitSeed(request.Seed, "gecko/generate", ordinal).NextSamplerSeed());
        AddWritten("gecko/generate", written, (long)count * draws, (long)count * draws);

        // The drafts are judged after their seed, and by themselves.
        JudgePrompt prompt = JudgePrompt.From(setup.Inputs.Prompts.Get("judge/relevance", Judge.Backend.Weak));
        Reading ground = Reading.Of(prompt, options.Mining.JudgedWords);
        double[] passages = [.. seeds.Select(seed => Judged(ground.OfPassage(seed)))];
        AddJudged("gecko/ground", ground, passages, pairs: (long)count * draws, prefixes: count);
        AddJudged("gecko/ground", ground, [Judged(prompt.NoPassagePrefix)], pairs: (long)count * draws, prefixes: count);

        PlanEmbedding(GeckoRecipe.Name, queries);
        long pairs = (queries * Math.Min(options.Mining.Candidates, setup.Inputs.Passages.Count)) + ((long)RandomPassages * Math.Min(queries, options.Mining.CalibrationGroups));
        foreach (Reading reading in Readings())
            AddJudged("gecko/judge", reading, [.. seeds.Select(seed => Judged(reading.OfPassage(seed)))], pairs, prefixes: Math.Min(pairs, setup.Inputs.Passages.Count));
    }

    private int Seeds => SeedOrder.Count(request, options.Gecko, setup.Inputs.Passages.Count);

    // The corpus is embedded once for all recipes.
    private void PlanEmbedding(string recipe, long queries)
    {
        BackendInUse embedder = setup.Backends.Embedder!; // the recipe needs one
        if (embedder.Backend.EmbedsQuickerThanCache) return; // a look-up in a table is no call
        int[] order = SeedOrder.Of(request.Seed, setup.Inputs.Passages.Count);
        double[] tokens = [.. order.Take(Sampled).Select(passage => PromptSample.CountTokens(embedder.Backend, setup.Inputs.Passages[passage].TitleAndText))];
        long calls = (setup.Inputs.Passages.Count + CachedEmbeddingGenerator.BatchTexts - 1) / CachedEmbeddingGenerator.BatchTexts;
        if (_stages.All(stage => stage.Stage != "corpus/embed")) Add("corpus/embed", embedder, calls, calls, Estimate.Of(tokens, setup.Inputs.Passages.Count), default, 0);
        Add($"{recipe}/candidates", embedder, queries, queries, Estimate.Exactly(queries * QueryTokens), default, 0);
    }

    private void PlanE5()
    {
        int count = request.Count ?? options.E5.Count, negatives = Weak ? options.E5.WeakNegativeDraws : 1, draws = Weak ? options.E5.WeakDraws : 1;
        E5Prompts prompts = E5Prompts.From(setup.Inputs.Prompts, Weak);
        Backend writer = Writer.Backend;
        int brainstorms = E5Tasks.Calls(options.E5, count, setup.Inputs.Topics.Count);
        PromptSample tasks = new(writer, setup.Cache, prompts.Brainstorm), examples = new(writer, setup.Cache, prompts.Example), drafts = new(writer, setup.Cache, prompts.Negative);
        for (int call = 0; call < Math.Min(brainstorms, Sampled); call++)
        {
            tasks.Add(
                E5Generator.BrainstormSlots(setup.Inputs.Topics[call % setup.Inputs.Topics.Count], options.E5.TasksPerCall),
                new UnitSeed(request.Seed, "e5/brainstorm", call).NextSamplerSeed());
        }

        // Tasks and documents are not written yet: a sentence stands for the task, and the documents' tokens are added.
        for (int ordinal = 0; ordinal < Math.Min(count, Sampled); ordinal++)
        {
            string task = $"Given a question about {setup.Inputs.Topics[ordinal % setup.Inputs.Topics.Count]}, retrieve a document that answers it.";
            E5Attributes attributes = E5Attributes.Draw(new UnitSeed(request.Seed, "e5/attributes", ordinal), request.Languages);
            examples.Add(E5Generator.ExampleSlots(task, attributes), null);
            drafts.Add(E5Generator.NegativeSlots(task, new E5Example(), attributes), null);
        }

        AddWritten("e5/brainstorm", tasks, brainstorms, brainstorms);
        AddWritten("e5/generate", examples, count, (long)count * draws);
        AddWritten("e5/negative", drafts, (long)count * negatives, (long)count * negatives, alsoRead: examples.Written(1).Total);

        long pairs = ((long)count * (1 + negatives)) + (2L * Math.Min(count, options.Mining.CalibrationGroups));
        foreach (Reading reading in Readings()) AddJudged("e5/judge", reading, [Math.Min(reading.Words * TokensPerWord, examples.Written(1).Total) + Judged(reading.OfPassage(new Passage { Docid = "", Text = "" }))], pairs, prefixes: pairs);
    }

    private void AddWritten(string stage, PromptSample sample, long calls, long mostRequests, double alsoRead = 0)
    {
        Estimate read = sample.Read(calls) + Estimate.Exactly(calls * alsoRead), written = sample.Written(calls);
        _assumptions.Add(sample.Made > 0
            ? $"{stage}: replies are as long as {sample.Made} that were made before."
            : $"{stage}: replies are taken to be half of the {sample.Limit} tokens long that the prompt allows.");
        long most = mostRequests * sample.MostCalls;
        // A repair shows the model its reply and what is wrong with it.
        decimal mostRead = (decimal)((read.Total + read.Margin) / calls * most) + (sample.MostCalls > 1 ? (decimal)sample.Limit * most : 0);
        Add(stage, Writer, calls, most, read, written, MostPrice(Writer, mostRead, (decimal)sample.Limit * most));
    }

    // A model in the process reads a prefix once for all that follows it; a server reads it for each.
    private void AddJudged(string stage, Reading reading, double[] prefix, long pairs, long prefixes)
    {
        double pair = reading.AroundQuery.Sum(Judged) + QueryTokens;
        Estimate read = Estimate.Of(prefix, Judge.IsServer || reading.Again ? pairs : prefixes) + Estimate.Exactly(pairs * pair);
        Estimate written = Estimate.Exactly(Judge.IsServer ? pairs : 0);
        Add(stage, Judge, pairs, pairs, read, written, MostPrice(Judge, (decimal)(read.Total + read.Margin), (decimal)written.Total));
    }

    // Judges that ask in the same words are asked once.
    private IEnumerable<Reading> Readings() => setup.Inputs.Methods.Methods.Select(method => method.Prompts[0]).Distinct(StringComparer.Ordinal)
        .Select(name => setup.Inputs.Prompts.Get(name, Judge.Backend.Weak))
        .Select(prompt => prompt.Templates.Contains("request", StringComparer.Ordinal) ? Reading.OfPair(prompt, options.Judges.Instruction, options.Judges.RerankWords) : Reading.Of(JudgePrompt.From(prompt), options.Mining.JudgedWords));

    private double Judged(string text) => PromptSample.CountTokens(Judge.Backend, text);

    private void Add(string stage, BackendInUse backend, long calls, long mostCalls, Estimate read, Estimate written, decimal mostPrice)
    {
        PlannedStage planned = new()
        {
            Stage = stage,
            Calls = calls,
            MostCalls = mostCalls,
            TokensRead = read,
            TokensWritten = written,
            Cheapest = Price(backend, read, written).MinBy(price => price.Total),
            Dearest = Price(backend, read, written).MaxBy(price => price.Total),
            MostPrice = mostPrice > 0 ? mostPrice : MostPrice(backend, (decimal)(read.Total + read.Margin), (decimal)written.Total),
        };
        if (_stages.FindIndex(other => other.Stage == stage) is int same and >= 0) _stages[same] = Join(_stages[same], planned);
        else _stages.Add(planned);
    }

    private static PlannedStage Join(PlannedStage a, PlannedStage b) => new()
    {
        Stage = a.Stage,
        Calls = a.Calls + b.Calls,
        MostCalls = a.MostCalls + b.MostCalls,
        TokensRead = a.TokensRead + b.TokensRead,
        TokensWritten = a.TokensWritten + b.TokensWritten,
        Cheapest = a.Cheapest + b.Cheapest,
        Dearest = a.Dearest + b.Dearest,
        MostPrice = a.MostPrice + b.MostPrice,
    };

    private static IReadOnlyList<Estimate> Price(BackendInUse backend, Estimate read, Estimate written) => backend.Prices.Count == 0
        ? [default]
        : [.. backend.Prices.Select(price => (read * (double)price.For(1, 0)) + (written * (double)price.For(0, 1)))];

    private static decimal MostPrice(BackendInUse backend, decimal read, decimal written) =>
        backend.Prices.Select(price => price.For(read, written)).DefaultIfEmpty(0).Max();

    /// <summary>What a judge reads of a passage, and beside a query's own words.</summary>
    /// <param name="Words">Words of a passage that are read.</param>
    /// <param name="OfPassage">The text of a passage with what is around it.</param>
    /// <param name="AroundQuery">The texts around a query.</param>
    /// <param name="Again">Whether the passage comes after the query, and is read again for each.</param>
    private sealed record Reading(int Words, Func<Passage, string> OfPassage, IReadOnlyList<string> AroundQuery, bool Again)
    {
        public static Reading Of(JudgePrompt prompt, int words) =>
            new(words, passage => prompt.PassagePrefix(LikelihoodJudge.Read(passage, words)), [prompt.QueryLead, prompt.VerdictLead], Again: false);

        public static Reading OfPair(Prompt prompt, string instruction, int words) => new(
            words,
            passage => prompt.Render("request", new Dictionary<string, object?> { ["instruction"] = instruction, ["query"] = "", ["document"] = LikelihoodJudge.Read(passage, words).TitleAndText }),
            [prompt.Render("start", new Dictionary<string, object?>()), prompt.Render("end", new Dictionary<string, object?>())],
            Again: true);
    }
}
