namespace R2Synth.Cli.Tests;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private readonly Lock _lock = new();
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock) return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            var timer = new ManualTimer(() => callback(state), _now + dueTime, period);
            _timers.Add(timer);
            return timer;
        }
    }

    public void Advance(TimeSpan time)
    {
        ManualTimer[] timers;
        lock (_lock)
        {
            _now += time;
            timers = [.. _timers];
        }

        foreach (ManualTimer timer in timers) timer.FireUpTo(_now);
    }

    private sealed class ManualTimer(Action callback, TimeSpan due, TimeSpan period) : ITimer
    {
        private TimeSpan _due = due;
        private bool _stopped;

        public void FireUpTo(TimeSpan now)
        {
            while (!_stopped && _due <= now)
            {
                _due += period;
                callback();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod) => false;

        public void Dispose() => _stopped = true;

        public ValueTask DisposeAsync()
        {
            _stopped = true;
            return ValueTask.CompletedTask;
        }
    }
}
