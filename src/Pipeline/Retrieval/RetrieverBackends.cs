using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Retrieval;

/// <summary>The backends of retrievers, each opened when the first one needs it, and the cache of their calls.</summary>
internal sealed class RetrieverBackends(RetrieverRequest request) : IAsyncDisposable
{
    private readonly SortedDictionary<string, BackendInUse> _backends = new(StringComparer.Ordinal);
    private CallCache? _cache;

    /// <summary>The cache of model calls, opened when it is first asked for.</summary>
    public CallCache Cache => _cache ??= CallCache.Open(Path.GetFullPath(request.Options.Cache.Path));

    /// <summary>Opens a backend, or finds it open, and sees that it can do what a retriever needs.</summary>
    /// <param name="name">Its name in the settings.</param>
    /// <param name="retriever">The retriever, for messages.</param>
    /// <param name="needs">What it needs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">There is no such backend, it does not open, or it cannot do that.</exception>
    public async Task<BackendInUse> GetAsync(string name, string retriever, BackendAbilities needs, CancellationToken cancellationToken)
    {
        R2SynthOptions options = request.Options;
        if (!options.Backends.TryGetValue(name, out BackendOptions? settings))
        {
            string nearest = Nearest.To(name, options.Backends.Keys) is { } near ? $" Did you mean '{near}'?" : "";
            throw new InputException($"The retriever '{retriever}' needs the backend '{name}', which is not among the settings' backends: {string.Join(", ", options.Backends.Keys)}.{nearest} Name another one, or add R2Synth:Backends:{name}.");
        }

        if (!_backends.TryGetValue(name, out BackendInUse? use)) _backends[name] = use = new BackendInUse(await request.OpenBackend(name, settings, request.SettingsFolder, cancellationToken), settings);
        use.Needs |= needs;
        if (use.IsServer) await use.ProbeAsync(Cache, cancellationToken);
        BackendAbilities missing = needs & ~use.Abilities;
        return missing == BackendAbilities.None
            ? use
            : throw new InputException($"The retriever '{retriever}' needs a backend with {missing}, and '{name}' has {use.Abilities}. Name another one after a colon, for instance {retriever.Split(':')[0]}:BACKEND, or in the settings.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (BackendInUse backend in _backends.Values) await backend.DisposeAsync();
        if (_cache is not null) await _cache.DisposeAsync();
    }
}
