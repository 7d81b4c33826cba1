using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>
/// All endpoints of a backend: sends each request where it will be answered first, and lets it wait in one queue, first come first served, while every place is taken.
/// A place that comes free anywhere goes to the request that waits longest, so that endpoints of any speed together give the sum of their rates. Thread-safe.
/// </summary>
internal sealed class HostedFleet : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HostedTimes _times;
    private readonly int _retries;
    private readonly EndpointState[] _states;
    private readonly LinkedList<Waiter> _queue = new();
    private readonly List<string> _warnings = [];
    private readonly ITimer _timer;
    private readonly long _start;
    private TimeSpan? _armed;
    private TimeSpan _lastServed, _outSince;
    private long _served;

    /// <summary>Sets up a fleet; nothing is sent.</summary>
    /// <param name="endpoints">At least one.</param>
    /// <param name="retries">Tries after the first one.</param>
    /// <param name="times">The waits.</param>
    public HostedFleet(IEnumerable<HostedEndpoint> endpoints, int retries, HostedTimes times)
    {
        _states = [.. endpoints.Select(endpoint => new EndpointState(endpoint, times))];
        _retries = retries;
        _times = times;
        _start = times.Clock.GetTimestamp();
        _timer = times.Clock.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The endpoints.</summary>
    public IReadOnlyList<EndpointState> States => _states;

    /// <summary>Replies so far.</summary>
    public long Served => Volatile.Read(ref _served);

    /// <summary>Counts a reply that came without a place here: in a batch.</summary>
    public void CountServed()
    {
        lock (_lock) _served++;
    }

    /// <summary>Endpoints that were taken out for good, each with its reason.</summary>
    public IReadOnlyList<string> Warnings
    {
        get { lock (_lock) return [.. _warnings]; }
    }

    private TimeSpan Now => _times.Clock.GetElapsedTime(_start);

    /// <summary>Takes a place, at once or when one comes free.</summary>
    /// <param name="tokens">What the request will use.</param>
    /// <param name="avoid">Where it just failed: another endpoint is taken where one is free. Null for the first try.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <exception cref="InputException">No endpoint is left, or none has answered for too long.</exception>
    public ValueTask<FleetPlace> EnterAsync(TokenEstimate tokens, EndpointState? avoid, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            TimeSpan now = Now;
            if (End(now) is { } end) throw end;
            if (_queue.Count == 0 && Choose(tokens, avoid, now) is { } free) return ValueTask.FromResult(free.Enter(tokens, now));
            waiter = new Waiter(this, tokens, avoid);
            // A request that failed has waited before.
            if (avoid is null) _queue.AddLast(waiter.Node);
            else _queue.AddFirst(waiter.Node);
            Pump(now);
        }

        waiter.CancelWith(cancellationToken);
        return new ValueTask<FleetPlace>(waiter.Task);
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(FleetPlace place, Attempt attempt)
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            bool wasIn = AnyIn();
            bool wasFatal = place.State.Fatal is not null;
            place.State.Leave(place, attempt, now);
            if (!wasFatal && place.State.Fatal is { } fatal && _states.Length > 1) _warnings.Add(fatal.Message);
            if (attempt.Kind == AttemptKind.Served)
            {
                _served++;
                _lastServed = now;
            }

            if (wasIn && !AnyIn()) _outSince = now;
            Pump(now);
        }
    }

    /// <summary>Whether a request that has used up its tries may begin anew: nobody was served meanwhile, and the outage is not yet too long.</summary>
    public bool IsOutage
    {
        get { lock (_lock) return _served > 0 && Now - _lastServed < _times.Outage; }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private bool AnyIn() => Array.Exists(_states, state => state.IsIn);

    private EndpointState? Choose(TokenEstimate tokens, EndpointState? avoid, TimeSpan now)
    {
        EndpointState? best = null;
        foreach (EndpointState state in _states)
        {
            if (!state.IsFree(tokens, now)) continue;
            if (state.Circuit.IsOpen) return state; // due to be tried again, which nobody else may do at the moment
            if (best is null || IsBetter(state, best, avoid)) best = state;
        }

        return best;
    }

    private static bool IsBetter(EndpointState state, EndpointState best, EndpointState? avoid)
    {
        if (state == avoid || best == avoid) return best == avoid;
        double difference = state.ExpectedSeconds - best.ExpectedSeconds;
        return difference < 0 || (difference == 0 && state.Load < best.Load);
    }

    private void Wake()
    {
        lock (_lock)
        {
            _armed = null;
            Pump(Now);
        }
    }

    /// <summary>Hands out what is free, and sets the clock for what becomes free by itself.</summary>
    private void Pump(TimeSpan now)
    {
        while (_queue.First is { } first)
        {
            if (End(now) is { } end) first.Value.Fail(end);
            else if (Choose(first.Value.Tokens, first.Value.Avoid, now) is { } free) first.Value.Give(free, now);
            else break;
            _queue.Remove(first);
        }

        TimeSpan? next = null;
        if (_queue.First is { } waiting)
        {
            foreach (EndpointState state in _states)
            {
                if (state.FreeAt(waiting.Value.Tokens, now) is { } at && !(at >= next)) next = at;
            }

            if (!AnyIn() && _served > 0 && !(_outSince + _times.Outage >= next)) next = _outSince + _times.Outage;
        }

        if (next == _armed) return;
        _armed = next;
        // Timers count whole milliseconds; a little late is better than once too early.
        TimeSpan wait = next is null ? Timeout.InfiniteTimeSpan : next <= now ? TimeSpan.Zero : next.Value - now + TimeSpan.FromMilliseconds(1);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why it makes no sense to wait any longer; null while it does.</summary>
    private InputException? End(TimeSpan now)
    {
        if (AnyIn()) return null;
        EndpointState[] open = Array.FindAll(_states, state => state.Fatal is null);
        // A server that never answered has a wrong address more likely than a bad minute.
        if (open.Length > 0 && (_served > 0 ? now - _outSince < _times.Outage : !Array.TrueForAll(open, state => state.Circuit.Failures > _retries))) return null;
        InputException[] reasons = [.. _states.Select(Reason).OfType<InputException>()];
        return new InputException(string.Join(Environment.NewLine, reasons.Select(reason => reason.Message)), reasons[0]);
    }

    private InputException? Reason(EndpointState state)
    {
        if (state.Fatal is not null) return state.Fatal;
        if (state.LastFault is not { } fault) return null;
        return fault.NoAnswer(state.Endpoint, state.Circuit.Failures, kept: _served > 0);
    }

    /// <summary>A request in the queue.</summary>
    private sealed class Waiter
    {
        private readonly HostedFleet _fleet;
        private readonly TaskCompletionSource<FleetPlace> _place = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenRegistration _cancellation;

        public Waiter(HostedFleet fleet, TokenEstimate tokens, EndpointState? avoid)
        {
            _fleet = fleet;
            Tokens = tokens;
            Avoid = avoid;
            Node = new LinkedListNode<Waiter>(this);
        }

        public LinkedListNode<Waiter> Node { get; }

        public TokenEstimate Tokens { get; }

        public EndpointState? Avoid { get; }

        public Task<FleetPlace> Task => _place.Task;

        public void Give(EndpointState free, TimeSpan now)
        {
            _cancellation.Unregister();
            _place.SetResult(free.Enter(Tokens, now));
        }

        public void Fail(InputException end)
        {
            _cancellation.Unregister();
            _place.SetException(end);
        }

        public void CancelWith(CancellationToken cancellationToken)
        {
            if (!cancellationToken.CanBeCanceled || _place.Task.IsCompleted) return;
            CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).Cancel(token), this); // never null: given here
            lock (_fleet._lock)
            {
                if (Node.List is null) registration.Unregister();
                else _cancellation = registration;
            }
        }

        private void Cancel(CancellationToken token)
        {
            lock (_fleet._lock)
            {
                if (Node.List is null) return;
                _fleet._queue.Remove(Node);
                _place.SetCanceled(token);
                _fleet.Pump(_fleet.Now);
            }
        }
    }
}
