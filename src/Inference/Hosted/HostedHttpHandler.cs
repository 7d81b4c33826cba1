using Polly;
using Polly.Retry;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>
/// A request's way: a place in the fleet, a try, and, where what came back may pass, another place and another try. What no try mends becomes an <see cref="InputException"/>
/// (the run's) or a <see cref="CallFailedException"/> (the record's). Addresses below <see cref="Base"/> stand for those of whichever endpoint is chosen.
/// </summary>
internal sealed class HostedHttpHandler : HttpMessageHandler
{
    private readonly HostedFleet _fleet;
    private readonly HostedSender _sender;
    private readonly ResiliencePipeline<Attempt> _retries;

    /// <summary>Creates it.</summary>
    /// <param name="fleet">Where requests can go.</param>
    /// <param name="sender">Sends them.</param>
    /// <param name="retries">Tries after the first one.</param>
    /// <param name="times">The waits.</param>
    public HostedHttpHandler(HostedFleet fleet, HostedSender sender, int retries, HostedTimes times)
    {
        _fleet = fleet;
        _sender = sender;
        ResiliencePipelineBuilder<Attempt> builder = new() { TimeProvider = times.Clock };
        if (retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = times.FirstDelay,
                MaxDelay = times.LongestDelay,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { MayPass: true }),
            });
        }

        _retries = builder.Build();
    }

    /// <summary>A host that is none.</summary>
    public static Uri Base { get; } = new("http://fleet.invalid/v1/");

    /// <inheritdoc/>
    /// <exception cref="InputException">The run cannot go on: settings, keys, money, or no server for too long.</exception>
    /// <exception cref="CallFailedException">This request failed in every try, and others did not.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Way way = await ReadAsync(request, HostedCall.Current ?? HostedCall.Begin(cancellationToken), cancellationToken);
        while (true)
        {
            long served = _fleet.Served;
            Attempt last = await _retries.ExecuteAsync(static (state, _) => state.Handler.TryAsync(state.Way), (Handler: this, Way: way), way.Call.CancellationToken);
            if (last.Response is { } response)
            {
                response.RequestMessage = request;
                return response;
            }

            way.Call.CancellationToken.ThrowIfCancellationRequested();
            HostedEndpoint endpoint = way.Last!.Endpoint; // a try was made
            if (_fleet.Served > served) throw last.CallFailed(endpoint, way.Tries);
            if (!_fleet.IsOutage) throw last.NoAnswer(endpoint, way.Tries, kept: served > 0);
        }
    }

    private static async Task<Way> ReadAsync(HttpRequestMessage request, HostedCall call, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath[Base.AbsolutePath.Length..]; // HttpClient gives every request an address
        RequestForm form = path switch
        {
            "chat/completions" => RequestForm.Chat,
            "completions" => RequestForm.Completion,
            "embeddings" => RequestForm.Embedding,
            RerankMethod.Path or RerankMethod.RootPath => RequestForm.Rerank,
            _ => throw new NotSupportedException($"'{path}' cannot go to any endpoint; send it to one of them."),
        };
        byte[] json = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        return new Way(RequestBody.Read(json, form), path, call);
    }

    /// <summary>One try; an endpoint that turns out to be out of reach costs none.</summary>
    private async ValueTask<Attempt> TryAsync(Way way)
    {
        while (true)
        {
            FleetPlace place = await _fleet.EnterAsync(way.Tokens, way.Last, way.Call.CancellationToken);
            way.Last = place.State;
            Attempt attempt = Attempt.Abandoned;
            try
            {
                attempt = await _sender.TryAsync(place.State.Endpoint, way.Body, way.Path, way.Call);
            }
            finally
            {
                _fleet.Leave(place, attempt);
            }

            if (attempt.Response is not null) way.Call.Endpoint = place.State.Endpoint;
            // The fleet itself ends the run when nobody is left to ask.
            if (attempt.Kind is AttemptKind.Fatal or AttemptKind.Unreachable || (place.IsProbe && attempt.Kind == AttemptKind.Failed)) continue;
            way.Tries++;
            return attempt;
        }
    }

    /// <summary>A request between its tries.</summary>
    private sealed class Way(RequestBody body, string path, HostedCall call)
    {
        public RequestBody Body => body;

        public string Path => path;

        public HostedCall Call => call;

        public TokenEstimate Tokens { get; } = TokenEstimate.Of(body);

        public int Tries { get; set; }

        public EndpointState? Last { get; set; }
    }
}
