using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>The backends of a run's roles: opened, and found able to do what its recipes need.</summary>
internal sealed class RunBackends(R2SynthOptions options, string settingsFolder, IReadOnlyList<RecipeDescription> recipes) : IAsyncDisposable
{
    private readonly SortedDictionary<string, BackendInUse> _backends = new(StringComparer.Ordinal);

    /// <summary>The model that writes; null where no recipe uses one.</summary>
    public BackendInUse? Writer => Used(recipe => recipe.GeneratorNeeds) ? _backends.GetValueOrDefault(options.Generator) : null;

    /// <summary>The model that judges; null where no recipe uses one.</summary>
    public BackendInUse? Judge => Used(recipe => recipe.JudgeNeeds) ? _backends.GetValueOrDefault(options.Judge) : null;

    /// <summary>The model that embeds; null where no recipe uses one.</summary>
    public BackendInUse? Embedder => _backends.GetValueOrDefault(options.Embedder);

    /// <summary>The models, for the report.</summary>
    public IReadOnlyList<ModelReport> Models { get; private set; } = [];

    /// <summary>What went wrong with servers and did not end the run.</summary>
    public IReadOnlyList<string> Warnings => [.. _backends.Values.SelectMany(backend => backend.Backend.Warnings)];

    /// <summary>Opens each that a recipe uses; servers are not asked yet.</summary>
    public async Task OpenAsync(ISpending spending, List<string> findings, CancellationToken cancellationToken)
    {
        List<ModelReport> models = [];
        foreach ((string role, string name, Func<RecipeDescription, BackendAbilities> needs) in Roles)
        {
            if (!Used(needs)) continue;
            if (!options.Backends.TryGetValue(name, out BackendOptions? settings))
            {
                findings.Add($"The {role} '{name}' is not among the backends. Known: {string.Join(", ", options.Backends.Keys)}. Name one with --{role}, or add R2Synth:Backends:{name}.");
                continue;
            }

            try
            {
                if (!_backends.TryGetValue(name, out BackendInUse? opened))
                    _backends[name] = opened = new BackendInUse(await BackendFactory.OpenAsync(name, settings, settingsFolder, spending, cancellationToken), settings);
                foreach (RecipeDescription recipe in recipes) opened.Needs |= needs(recipe);
                models.Add(new ModelReport { Role = role, Name = name, Identity = opened.Backend.ModelIdentity, Weak = opened.Backend.Weak, Prices = opened.Prices });
            }
            catch (InputException e)
            {
                findings.Add(e.Message);
            }
        }

        Models = models;
    }

    /// <summary>Asks every server whether it is there; costs nothing.</summary>
    /// <exception cref="InputException">One is not.</exception>
    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        foreach (BackendInUse backend in _backends.Values) await backend.Backend.ProbeAsync(BackendAbilities.None, cancellationToken);
    }

    /// <summary>Finds out what each can do; what is in the cache is not asked again.</summary>
    public async Task ProbeAsync(CallCache cache, List<string> findings, CancellationToken cancellationToken)
    {
        foreach (BackendInUse backend in _backends.Values)
        {
            try
            {
                await backend.ProbeAsync(cache, cancellationToken);
            }
            catch (InputException e)
            {
                findings.Add(e.Message);
            }
        }
    }

    /// <summary>Whether each can do what its role needs.</summary>
    /// <param name="probed">Whether servers were asked; before, only what their settings rule out is a finding.</param>
    /// <param name="findings">Takes what is missing, with advice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CheckAsync(bool probed, List<string> findings, CancellationToken cancellationToken)
    {
        foreach ((string role, string name, Func<RecipeDescription, BackendAbilities> needs) in Roles)
        {
            if (!_backends.TryGetValue(name, out BackendInUse? backend)) continue;
            foreach (RecipeDescription recipe in recipes)
            {
                BackendAbilities needed = needs(recipe), missing = needed & ~backend.Abilities;
                if (probed ? missing == BackendAbilities.None : backend.MayServe(needed)) continue;
                string advice = await AdviceAsync(role, name, needed, missing, cancellationToken);
                findings.Add($"Recipe '{recipe.Name}' needs a {role} with {missing}, and '{name}' has {backend.Abilities}. {advice}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (BackendInUse backend in _backends.Values) await backend.DisposeAsync();
    }

    private bool Used(Func<RecipeDescription, BackendAbilities> needs) => recipes.Any(recipe => needs(recipe) != BackendAbilities.None);

    private (string Role, string Name, Func<RecipeDescription, BackendAbilities> Needs)[] Roles =>
    [
        ("generator", options.Generator, recipe => recipe.GeneratorNeeds),
        ("judge", options.Judge, recipe => recipe.JudgeNeeds),
        ("embedder", options.Embedder, recipe => recipe.EmbedderNeeds),
    ];

    // Which of the other backends would do. Models in the process are opened to see; servers are not asked, and recordings answer other runs.
    private async Task<string> AdviceAsync(
        string role, string name, BackendAbilities needed, BackendAbilities missing, CancellationToken cancellationToken)
    {
        foreach ((string other, BackendOptions settings) in options.Backends)
        {
            if (other == name || settings.Endpoints.Count > 0 || settings.Kind == "Recorded") continue;
            try
            {
                Backend? opened = _backends.GetValueOrDefault(other)?.Backend;
                await using Backend? own = opened is null ? await BackendFactory.OpenAsync(other, settings, settingsFolder, cancellationToken: cancellationToken) : null;
                if ((needed & ~(opened ?? own)!.Abilities) == BackendAbilities.None) return $"'{other}' has all of it: --{role} {other}."; // one of the two is there
            }
            catch (InputException)
            {
                // It does not open, so it is no advice.
            }
        }

        return missing.HasFlag(BackendAbilities.Embeddings) ? "Name a backend with an embedding model with --embedder."
            : (missing & (BackendAbilities.PromptScores | BackendAbilities.TokenScores)) != BackendAbilities.None
                ? $"Name a model in the process (Kind LlamaCpp), or a server that gives scores, with --{role}."
            : missing.HasFlag(BackendAbilities.Rerank) ? $"Name a server with a rerank endpoint with --{role}."
            : missing.HasFlag(BackendAbilities.Chat) ? "That model only embeds: name one that writes."
            : $"Set R2Synth:Backends:{name}:StructuredOutput to true if the server honours response_format, or name another backend with --{role}.";
    }
}
