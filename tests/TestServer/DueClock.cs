using System.Diagnostics;
using System.Runtime.InteropServices;

namespace R2Synth.Testing;

/// <summary>
/// Waits that never end early and end about a tenth of a millisecond late; <see cref="Task.Delay(TimeSpan)"/> ends up to 5 ms late, a tenth of a latency of 50 ms.
/// One thread for all servers of the process, which sleeps until the next wait is due and goes on with whoever waited: that must be short.
/// </summary>
internal static class DueClock
{
    // The longest sleep. A wait that is added meanwhile and is due before it ends comes late by at most this.
    private static readonly long Nap = Stopwatch.Frequency / 1000;

    private static readonly PriorityQueue<TaskCompletionSource, long> Waiting = new();
    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim Some = new(0);
    private static Thread? _thread;

    /// <summary>Waits until a span after a moment has passed.</summary>
    /// <param name="start">The moment, a <see cref="Stopwatch"/> timestamp.</param>
    /// <param name="span">The span; a long one is left to the runtime's timers.</param>
    /// <param name="cancellationToken">Ends a long wait early; a short one is waited out.</param>
    public static Task UntilAsync(long start, TimeSpan span, CancellationToken cancellationToken)
    {
        TimeSpan rest = span - Stopwatch.GetElapsedTime(start);
        if (rest <= TimeSpan.Zero) return Task.CompletedTask;
        if (span > TimeSpan.FromSeconds(1)) return Task.Delay(rest, cancellationToken);

        TaskCompletionSource due = new();
        lock (Gate)
        {
            Waiting.Enqueue(due, start + (long)Math.Ceiling(span.TotalSeconds * Stopwatch.Frequency));
            if (Waiting.Count == 1) Some.Release();
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "due clock" };
                _thread.Start();
            }
        }

        return due.Task;
    }

    private static void Run()
    {
        List<TaskCompletionSource> due = [];
        while (true)
        {
            long rest = 0;
            bool empty;
            lock (Gate)
            {
                long now = Stopwatch.GetTimestamp();
                while (Waiting.TryPeek(out TaskCompletionSource? next, out long at) && (rest = at - now) <= 0)
                {
                    due.Add(next);
                    Waiting.Dequeue();
                }

                empty = Waiting.Count == 0;
            }

            foreach (TaskCompletionSource wait in due) wait.SetResult();
            // Whoever was released has taken time.
            if (due.Count > 0 && !empty)
            {
                due.Clear();
                continue;
            }

            due.Clear();
            // A stale count of the semaphore costs one more turn.
            if (empty) Some.Wait();
            else Sleep(Math.Min(rest, Nap));
        }
    }

    // The runtime's own sleeps are whole milliseconds.
    private static void Sleep(long ticks)
    {
        if (OperatingSystem.IsWindows())
        {
            Thread.Sleep(1);
            return;
        }

        TimeSpec span = new(0, (nint)(ticks * (1e9 / Stopwatch.Frequency)));
        _ = NanoSleep(span, 0); // one that a signal ends costs one more turn
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int NanoSleep(in TimeSpec span, nint rest);

    // C's struct timespec on 64-bit systems.
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
