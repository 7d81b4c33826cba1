using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>What the fleet knows of an endpoint at the moment. Not thread-safe; <see cref="HostedFleet"/> uses it under its lock.</summary>
internal sealed class EndpointState(HostedEndpoint endpoint, HostedTimes times)
{
    /// <summary>Weight of the newest reply in smoothed values.</summary>
    private const double Weight = 0.1;

    /// <summary>A token read costs a server far less than one written: it reads hundreds at once.</summary>
    private const double WorkPerTokenRead = 1.0 / 16;

    private static readonly TimeSpan LongestCooling = TimeSpan.FromSeconds(5);

    private readonly MinuteLimit _requests = new(endpoint.RequestsPerMinute);
    private readonly MinuteLimit _tokens = new(endpoint.TokensPerMinute);
    private readonly Queue<TimeSpan> _cooling = new();
    private double _latency;
    private double? _written;
    private TimeSpan _pausedUntil;

    /// <summary>The endpoint.</summary>
    public HostedEndpoint Endpoint => endpoint;

    /// <summary>How much it may have under way.</summary>
    public CongestionWindow Window { get; } = new(endpoint.MaxInFlight);

    /// <summary>Whether it is out for the moment.</summary>
    public Circuit Circuit { get; } = new(times);

    /// <summary>Why it is out for good; null while it is not.</summary>
    public InputException? Fatal { get; private set; }

    /// <summary>The last fault that took it out.</summary>
    public Attempt? LastFault { get; private set; }

    /// <summary>Requests under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether requests go to it, now or after a pause.</summary>
    public bool IsIn => Fatal is null && !Circuit.IsOpen;

    /// <summary>Seconds until it would answer one request more; 0 while it never answered, so that each is tried once.</summary>
    /// <remarks>The measured latency holds most of what load does; the factor spreads requests before a fast endpoint is full, for servers that slow down at once.</remarks>
    public double ExpectedSeconds => _latency * (1 + Load);

    /// <summary>Share of its places in use.</summary>
    public double Load => (double)InFlight / endpoint.MaxInFlight;

    /// <summary>Whether a request may be sent to it now.</summary>
    public bool IsFree(TokenEstimate tokens, TimeSpan now)
    {
        if (Fatal is not null) return false;
        if (Circuit.IsOpen) return Circuit.ProbeAt <= now;
        while (_cooling.TryPeek(out TimeSpan end) && end <= now) _cooling.Dequeue();
        return InFlight < endpoint.MaxInFlight && InFlight + _cooling.Count < Window.Places && _pausedUntil <= now
            && _requests.Fits(1, now) && _tokens.Fits(tokens.With(_written), now);
    }

    /// <summary>When <see cref="IsFree"/> may become true by the clock alone; null where only an answer can do it.</summary>
    public TimeSpan? FreeAt(TokenEstimate tokens, TimeSpan now)
    {
        if (Fatal is not null) return null;
        if (Circuit.IsOpen) return Circuit.ProbeAt;
        if (InFlight >= endpoint.MaxInFlight) return null;
        TimeSpan at = _pausedUntil;
        if (InFlight + _cooling.Count >= Window.Places)
        {
            if (!_cooling.TryPeek(out TimeSpan end)) return null;
            if (end > at) at = end;
        }

        TimeSpan requests = _requests.FitsAt(1, now), written = _tokens.FitsAt(tokens.With(_written), now);
        if (requests > at) at = requests;
        return written > at ? written : at;
    }

    /// <summary>Takes a place.</summary>
    public FleetPlace Enter(TokenEstimate tokens, TimeSpan now)
    {
        InFlight++;
        Window.Sent(InFlight + _cooling.Count);
        bool probe = Circuit.IsOpen;
        if (probe) Circuit.BeginProbe();
        _requests.Take(1, now);
        long counted = tokens.With(_written);
        _tokens.Take(counted, now);
        return new FleetPlace { State = this, IsProbe = probe, Tokens = counted };
    }

    /// <summary>Gives a place back, and learns from what came of it.</summary>
    public void Leave(FleetPlace place, Attempt attempt, TimeSpan now)
    {
        InFlight--;
        switch (attempt.Kind)
        {
            case AttemptKind.Served:
                Circuit.Answered();
                Learn(attempt);
                if (attempt.Usage is { } used) _tokens.Take(used.Read + used.Written - place.Tokens, now);
                return;
            case AttemptKind.Refused:
                Circuit.Answered();
                Window.Refused();
                Cool(attempt, now);
                break;
            case AttemptKind.Rejected:
                Circuit.Answered();
                break;
            case AttemptKind.Failed or AttemptKind.Unreachable:
                LastFault = attempt;
                Circuit.Failed(attempt.Kind == AttemptKind.Unreachable, place.IsProbe, now);
                if (attempt.Kind == AttemptKind.Failed) return; // its tokens may have been used
                break;
            case AttemptKind.Fatal:
                Fatal = new InputException(attempt.Reason, attempt.Cause!); // an exception takes a cause that is null
                break;
            default:
                if (place.IsProbe) Circuit.EndProbe();
                return;
        }

        _tokens.Take(-place.Tokens, now);
    }

    private void Learn(Attempt attempt)
    {
        double seconds = attempt.Latency.TotalSeconds;
        _latency = _latency > 0 ? _latency + (Weight * (seconds - _latency)) : seconds;
        double work = 1;
        if (attempt.Usage is { } used)
        {
            _written = _written is { } written ? written + (Weight * (used.Written - written)) : used.Written;
            work = Math.Max(1, used.Written + (WorkPerTokenRead * used.Read));
        }

        Window.Served(attempt.Latency, work);
    }

    /// <summary>
    /// <c>Retry-After</c> is obeyed by this endpoint alone. Without it the place of a refused request rests for as long as a reply would have taken: a server that refuses at once would
    /// otherwise be asked again at once, hundreds of times in the time of one reply.
    /// </summary>
    private void Cool(Attempt attempt, TimeSpan now)
    {
        if (attempt.RetryAfter is { } wait)
        {
            if (now + wait > _pausedUntil) _pausedUntil = now + wait;
            return;
        }

        TimeSpan reply = _latency > 0 ? TimeSpan.FromSeconds(_latency) : times.FirstDelay;
        TimeSpan end = now + (reply < LongestCooling ? reply : LongestCooling) - attempt.Latency;
        if (end > now) _cooling.Enqueue(end);
    }
}
