using System.Diagnostics;

namespace R2Synth.Testing;

/// <summary>Waits that end within about half a millisecond of their time; <see cref="Task.Delay(TimeSpan)"/> ends up to 5 ms late, a tenth of a latency of 50 ms. One thread for all servers of the process.</summary>
internal static class DueClock
{
    private static readonly PriorityQueue<TaskCompletionSource, long> Waiting = new();
    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim Some = new(0);
    private static Thread? _thread;

    /// <summary>Waits until a span after a moment has passed.</summary>
    /// <param name="start">The moment, a <see cref="Stopwatch"/> timestamp.</param>
    /// <param name="span">The span; a long one is left to the runtime's timers.</param>
    /// <param name="cancellationToken">Ends a long wait early; a short one is waited out.</param>
    public static async Task UntilAsync(long start, TimeSpan span, CancellationToken cancellationToken)
    {
        TimeSpan rest = span - Stopwatch.GetElapsedTime(start);
        if (rest <= TimeSpan.Zero) return;
        if (span > TimeSpan.FromSeconds(1))
        {
            await Task.Delay(rest, cancellationToken);
            return;
        }

        TaskCompletionSource due = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            Waiting.Enqueue(due, start + (long)(span.TotalSeconds * Stopwatch.Frequency));
            if (Waiting.Count == 1) Some.Release();
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "due clock" };
                _thread.Start();
            }
        }

        await due.Task;
    }

    private static void Run()
    {
        List<TaskCompletionSource> due = [];
        while (true)
        {
            bool empty;
            lock (Gate)
            {
                long now = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2000);
                while (Waiting.TryPeek(out TaskCompletionSource? next, out long at) && at <= now)
                {
                    due.Add(next);
                    Waiting.Dequeue();
                }

                empty = Waiting.Count == 0;
            }

            foreach (TaskCompletionSource wait in due) wait.SetResult();
            due.Clear();
            // A stale count of the semaphore costs one more turn.
            if (empty) Some.Wait();
            else Thread.Sleep(1);
        }
    }
}
