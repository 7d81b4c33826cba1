using Microsoft.Extensions.AI;
using R2Synth.Inference.Hosted.Batches;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>A model behind OpenAI-compatible servers. A server is first asked by <see cref="ProbeAsync"/> or the first request.</summary>
internal sealed class HostedBackend : Backend
{
    private readonly HostedFleet _fleet;
    private readonly HostedSender _sender;
    private readonly HostedProbe _probe;
    private readonly AbilityProbe _more;
    private readonly HostedChatClient _chat;
    private readonly FleetCalls _calls;
    private readonly string? _scores;
    private readonly BatchCalls? _batches;
    private BackendAbilities _abilities;
    private ScoreMethod? _method;
    private HostedScorer? _scorer;
    private HostedReranker? _reranker;

    private HostedBackend(string name, BackendOptions options, ISpending? spending, HostedTimes times, string folder, Action<string>? batchStep)
    {
        IReadOnlyList<HostedEndpoint> endpoints = HostedOptionsCheck.Check(name, options);
        Name = name;
        ModelIdentity = $"openai:{options.Model}";
        Weak = options.Weak;
        Concurrency = options.Batch.Enabled ? options.Batch.MaxRequests : endpoints.Sum(endpoint => endpoint.MaxInFlight);
        _abilities = BackendAbilities.Chat | (options.StructuredOutput ? BackendAbilities.StructuredOutput : BackendAbilities.None);
        _fleet = new HostedFleet(endpoints, options.Retries, times);
        _sender = new HostedSender(times, spending);
        _probe = new HostedProbe(endpoints, _sender, times);
        _more = new AbilityProbe(endpoints, _sender, times);
        _scores = options.Scores;
        HttpMessageHandler way = new HostedHttpHandler(_fleet, _sender, options.Retries, times);
        if (options.Batch.Enabled)
        {
            _batches = BatchCalls.Open(endpoints[0], options, folder, _sender, spending, times, _fleet.CountServed, batchStep);
            way = new BatchHttpHandler(_batches, endpoints[0], way);
        }

        Http = new HttpClient(way) { BaseAddress = HostedHttpHandler.Base, Timeout = Timeout.InfiniteTimeSpan };
        _calls = new FleetCalls(Http, _fleet);
        _chat = new HostedChatClient(_calls, _fleet, options.Model, options.StructuredOutput);
        Embeddings = new HostedEmbeddingGenerator(_calls, options.Model);
    }

    public override string Name { get; }

    public override string ModelIdentity { get; }

    public override BackendAbilities Abilities => _abilities;

    public override int? ContextTokens => null;

    public override bool Weak { get; }

    public override int Concurrency { get; }

    public override IChatClient Chat => _chat;

    /// <inheritdoc/>
    /// <remarks>Always there, since only a request tells whether the model embeds; <see cref="ProbeAsync"/> makes it.</remarks>
    public override IEmbeddingGenerator<string, Embedding<float>> Embeddings { get; }

    /// <inheritdoc/>
    /// <remarks>Null until <see cref="ProbeAsync"/> has found out how the servers score.</remarks>
    public override ITokenScorer? Scorer => _scorer;

    /// <inheritdoc/>
    /// <remarks>Null until <see cref="ProbeAsync"/> has found out how the servers are asked.</remarks>
    public override IReranker? Reranker => _reranker;

    /// <inheritdoc/>
    public override string ScorerIdentity => (_method?.Name ?? _scores) is { } name && name != "none" ? $"{ModelIdentity}; scores {name}" : ModelIdentity;

    /// <summary>
    /// The way to the servers: POST <c>chat/completions</c>, <c>completions</c>, <c>embeddings</c> or <c>rerank</c> with a body that may leave <c>model</c> out. Queue, retries, money and
    /// faults are those of <see cref="Chat"/>; what it did cost is in <see cref="HostedCall"/>. A status other than 2xx that is handed on is the request's own fault.
    /// </summary>
    internal HttpClient Http { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _fleet.Warnings;

    /// <summary>Checks the settings and sets up the client; no request is made.</summary>
    /// <param name="name">The backend's name in the settings.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="spending">The run's money; null where nobody counts.</param>
    /// <param name="folder">The settings file's, from which <see cref="BatchOptions.Folder"/> starts.</param>
    /// <exception cref="InputException">A setting does not fit; the message names it and never holds a key.</exception>
    public static HostedBackend Open(string name, BackendOptions options, ISpending? spending = null, string folder = "") => Open(name, options, spending, HostedTimes.Of(options), folder);

    /// <summary>As <see cref="Open(string, BackendOptions, ISpending, string)"/>, with times that tests can afford.</summary>
    internal static HostedBackend Open(string name, BackendOptions options, ISpending? spending, HostedTimes times, string folder = "", Action<string>? batchStep = null) =>
        new(name, options, spending, times, folder, batchStep);

    /// <inheritdoc/>
    /// <remarks>Every endpoint is asked for its models, which is free, and for each ability that only a request can show for a reply of a few tokens.</remarks>
    public override async Task ProbeAsync(BackendAbilities needs, CancellationToken cancellationToken = default)
    {
        await _probe.CheckModelsAsync(cancellationToken);
        if ((needs & _abilities).HasFlag(BackendAbilities.StructuredOutput) && !await _probe.HoldsSchemaAsync(cancellationToken))
        {
            _abilities &= ~BackendAbilities.StructuredOutput;
            _chat.SendsSchema = false;
        }

        if ((needs & (BackendAbilities.TokenScores | BackendAbilities.PromptScores)) != BackendAbilities.None && _method is null && _scores != "none")
        {
            (_method, string reason) = await _more.FindScoresAsync(ScoreMethod.All.Where(method => _scores is null || method.Name == _scores), cancellationToken);
            if (_method is null && _scores is not null)
                throw new InputException($"Setting R2Synth:Backends:{Name}:Scores is '{_scores}', and the server does not give them that way: {reason} Leave the setting out to have every way tried.");
            if (_method is not null)
            {
                _scorer = new HostedScorer(_calls, _method);
                _abilities |= _method.Abilities;
            }
        }

        if ((needs & ~_abilities).HasFlag(BackendAbilities.Embeddings) && await _more.EmbedsAsync(cancellationToken)) _abilities |= BackendAbilities.Embeddings;
        if ((needs & ~_abilities).HasFlag(BackendAbilities.Rerank) && await _more.FindRerankAsync(cancellationToken) is { } method)
        {
            _reranker = new HostedReranker(_calls, method);
            _abilities |= BackendAbilities.Rerank;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_batches is not null) await _batches.DisposeAsync();
        Http.Dispose();
        _sender.Dispose();
        _fleet.Dispose();
    }
}
