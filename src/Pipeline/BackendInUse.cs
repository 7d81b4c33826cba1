using System.Globalization;
using System.Text;
using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>An opened backend with all that a run will ask of it, and what it was found to be able to do.</summary>
/// <param name="backend">The backend; disposed of with this.</param>
/// <param name="options">Its settings.</param>
internal sealed class BackendInUse(Backend backend, BackendOptions options) : IAsyncDisposable
{
    /// <summary>Raised when what a probe means changes.</summary>
    private const string Format = "probe/2";

    /// <summary>Fewest calls under way for a server: some of them wait for retries.</summary>
    private const int FewestForServer = 8;

    private readonly SemaphoreSlim _probing = new(1, 1);
    private BackendAbilities? _found;
    private string? _scorer;
    private bool _probed;

    /// <summary>The backend.</summary>
    public Backend Backend => backend;

    /// <summary>What all roles and recipes together will ask of it.</summary>
    public BackendAbilities Needs { get; set; }

    /// <summary>What it can do; of a server only known once it was asked.</summary>
    public BackendAbilities Abilities => _found ?? backend.Abilities;

    /// <summary>What its scores depend on; of a server only known in full once it was asked.</summary>
    public string ScorerIdentity => _scorer ?? backend.ScorerIdentity;

    /// <summary>Whether it must be asked over a network.</summary>
    public bool IsServer { get; } = options.Endpoints.Count > 0;

    /// <summary>What its tokens cost; empty where nothing is paid.</summary>
    public IReadOnlyList<TokenPrices> Prices { get; } = TokenPrices.Of(options);

    /// <summary>Units worth having under way in a stage that calls it: of a server half as many again as it has places, so that all are busy while some units wait for retries.</summary>
    public int Parallelism => IsServer ? Math.Max(FewestForServer, ((3 * backend.Concurrency) + 1) / 2) : backend.Concurrency;

    /// <summary>Whether it may be able to do what is needed, as far as its settings tell: a server has the last word when it is asked.</summary>
    public bool MayServe(BackendAbilities needs)
    {
        if (!IsServer) return (needs & ~backend.Abilities) == BackendAbilities.None;
        return !(options.Scores == "none" && (needs & (BackendAbilities.PromptScores | BackendAbilities.TokenScores)) != BackendAbilities.None)
            && !(!options.StructuredOutput && needs.HasFlag(BackendAbilities.StructuredOutput));
    }

    /// <summary>Finds out what it can do. What the same server was once found able to do is in the cache: then nothing is asked.</summary>
    /// <exception cref="InputException">It is not there, refuses the key, or does not serve the model.</exception>
    public async Task ProbeAsync(CallCache cache, CancellationToken cancellationToken)
    {
        string key = ContentHash.Of(
        [
            Format, backend.ModelIdentity, ((int)Needs).ToString(CultureInfo.InvariantCulture), options.Scores, options.StructuredOutput ? "structured" : "",
            .. options.Endpoints.SelectMany(endpoint => new[] { endpoint.Url, endpoint.Model, endpoint.ApiVersion }),
        ]);
        if (IsServer && cache.TryGet(key) is { } known && Encoding.UTF8.GetString(known.Reply).Split('\n') is [var found, var scorer] && int.TryParse(found, CultureInfo.InvariantCulture, out int abilities))
        {
            (_found, _scorer) = ((BackendAbilities)abilities, scorer);
            return;
        }

        await EnsureProbedAsync(cancellationToken);
        if (IsServer && (Needs & ~Abilities) == BackendAbilities.None)
        {
            await cache.PutAsync(key, new CachedCall { Reply = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)Abilities}\n{ScorerIdentity}")) });
        }
    }

    /// <summary>Asks it, unless that was done in this process: before the first call that the cache cannot answer.</summary>
    /// <exception cref="InputException">As in <see cref="ProbeAsync"/>.</exception>
    public async Task EnsureProbedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _probed)) return;
        await _probing.WaitAsync(cancellationToken);
        try
        {
            if (_probed) return;
            await backend.ProbeAsync(Needs, cancellationToken);
            _found = backend.Abilities;
            Volatile.Write(ref _probed, true);
        }
        finally
        {
            _probing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await backend.DisposeAsync();
        _probing.Dispose();
    }
}
