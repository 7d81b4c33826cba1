using System.Runtime.CompilerServices;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Dataflow;

public sealed class FlowTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public async Task Every_unit_comes_out_once(int parallelism)
    {
        IReadOnlyList<string> units = await Flow.From(Enumerable.Range(0, 1000))
            .Stage("double", parallelism, async (int n, CancellationToken token) =>
            {
                await Task.Yield();
                return 2 * n;
            })
            .Stage("text", parallelism, (n, _) => ValueTask.FromResult($"{n}"))
            .ToListAsync()
            .WaitAsync(Limit);

        Assert.Equal(Enumerable.Range(0, 1000).Select(n => 2 * n), units.Select(int.Parse).Order());
    }

    [Fact]
    public async Task An_empty_source_gives_nothing()
    {
        Assert.Empty(await Flow.From<int>([]).Stage("same", 4, Same).InOrder().Batch(3).ToListAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task The_order_is_kept_whatever_the_delays()
    {
        for (int repetition = 0; repetition < 20; repetition++)
        {
            IReadOnlyList<int> units = await Flow.From(Enumerable.Range(0, 200))
                .Stage("first", 7, Delayed(repetition))
                .Stage("second", 3, Delayed(repetition + 100))
                .InOrder(repetition % 2 == 0 ? null : 1 + repetition)
                .Stage("third", 5, Delayed(repetition + 200))
                .InOrder()
                .ToListAsync()
                .WaitAsync(Limit);

            Assert.Equal(Enumerable.Range(0, 200), units);
        }
    }

    [Fact]
    public async Task A_batch_is_full_when_so_many_units_count()
    {
        IReadOnlyList<IReadOnlyList<int>> batches = await Flow.From(Enumerable.Range(0, 12)).Stage("first", 4, Same).Batch(2, unit => unit % 3 == 2).ToListAsync().WaitAsync(Limit);
        Assert.Equal([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]], batches);
        Assert.Equal([[0, 1, 2, 3, 4], [5]], await Flow.From(Enumerable.Range(0, 6)).Batch(1, unit => unit == 4).ToListAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Batches_hold_consecutive_units_and_come_apart_again()
    {
        Flow<IReadOnlyList<int>> batches = Flow.From(Enumerable.Range(0, 103)).Stage("first", 6, Delayed(1)).Batch(10);

        IReadOnlyList<IReadOnlyList<int>> windows = await batches.ToListAsync().WaitAsync(Limit);
        IReadOnlyList<int> flat = await batches
            .Stage("judge", 4, async (batch, token) =>
            {
                await Task.Delay(batch[0] % 7, token);
                return batch;
            })
            .Flatten()
            .ToListAsync()
            .WaitAsync(Limit);

        Assert.Equal(11, windows.Count);
        Assert.All(windows.Take(10), window => Assert.Equal(10, window.Count));
        Assert.Equal(Enumerable.Range(0, 103), windows.SelectMany(window => window));
        Assert.Equal(Enumerable.Range(0, 103), flat);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Units_in_flight_never_exceed_the_bound_while_one_is_slow(bool ordered)
    {
        InFlight counter = new();
        TaskCompletionSource slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Flow<int> flow = Flow.From(counter.CountingAsync(500))
            .Stage("slow", 4, async (int n, CancellationToken token) =>
            {
                if (n == 0)
                {
                    await slow.Task.WaitAsync(token);
                }

                await Task.Yield();
                return n;
            })
            .Stage("next", 2, Same);
        flow = ordered ? flow.InOrder(10) : flow;
        Task run = flow.ForEachAsync(
            async (n, _) =>
            {
                await Task.Yield();
                counter.Leave();
            });

        if (ordered)
        {
            // Nothing can come out before unit 0: the source comes to the window, and stops there.
            await counter.ReachAsync(10).WaitAsync(Limit);
            await Task.Delay(50);
            Assert.Equal(10, counter.Most);
        }

        slow.SetResult();
        await run.WaitAsync(Limit);

        Assert.InRange(counter.Most, 1, flow.MaxInFlight);
        Assert.Equal(ordered ? 12 : 15, flow.MaxInFlight);
    }

    [Fact]
    public async Task A_sink_that_does_not_take_stops_the_source()
    {
        InFlight counter = new();
        TaskCompletionSource stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Flow<int> flow = Flow.From(counter.CountingAsync(500)).Stage("same", 3, Same).InOrder().Stage("same", 3, Same);
        Task run = flow.ForEachAsync(async (_, token) =>
        {
            await stuck.Task.WaitAsync(token);
            counter.Leave();
        });

        for (int wait = 0; wait < 500 && counter.Most < flow.MaxInFlight; wait++) await Task.Delay(10); // up to five seconds on a busy machine
        Assert.InRange(counter.Most, 1, flow.MaxInFlight);
        stuck.SetResult();
        await run.WaitAsync(Limit);
        Assert.InRange(counter.Most, 1, flow.MaxInFlight);
    }

    [Fact]
    public async Task The_first_fault_of_a_stage_cancels_the_rest_and_is_rethrown_as_it_was()
    {
        for (int repetition = 0; repetition < 50; repetition++)
        {
            InvalidDataException fault = new("the first");
            int failing = repetition * 3;
            Task run = Flow.From(EndlessAsync())
                .Stage("before", 4, Delayed(repetition))
                .Stage("failing", 4, (n, _) => n == failing ? throw fault : ValueTask.FromResult(n))
                .InOrder()
                .Batch(5)
                .ForEachAsync((_, _) => ValueTask.CompletedTask);

            Assert.Same(fault, await Assert.ThrowsAsync<InvalidDataException>(() => run.WaitAsync(Limit)));
            Assert.Equal("failing", fault.Data[FlowRun.StageKey]);
        }
    }

    [Fact]
    public async Task A_fault_is_seen_while_the_other_workers_of_its_stage_still_wait()
    {
        Task run = Flow.From(Enumerable.Range(0, 8))
            .Stage("failing", 4, async (int n, CancellationToken token) =>
            {
                if (n == 3)
                {
                    throw new InvalidDataException();
                }

                await Task.Delay(Timeout.Infinite, token);
                return n;
            })
            .ForEachAsync((_, _) => ValueTask.CompletedTask);

        await Assert.ThrowsAsync<InvalidDataException>(() => run.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_fault_of_the_sink_stops_the_source()
    {
        for (int repetition = 0; repetition < 50; repetition++)
        {
            InvalidDataException fault = new();
            int failing = repetition;
            Task run = Flow.From(EndlessAsync()).Stage("same", 4, Same).InOrder()
                .ForEachAsync((n, _) => n == failing ? throw fault : ValueTask.CompletedTask);

            Assert.Same(fault, await Assert.ThrowsAsync<InvalidDataException>(() => run.WaitAsync(Limit)));
        }
    }

    [Fact]
    public async Task A_fault_of_the_source_gets_through_and_no_half_batch_does()
    {
        List<int> sizes = [];
        Task run = Flow.From(FailingAsync(12)).Stage("same", 4, Same).Batch(5)
            .ForEachAsync((batch, _) =>
            {
                sizes.Add(batch.Count);
                return ValueTask.CompletedTask;
            });

        await Assert.ThrowsAsync<InvalidDataException>(() => run.WaitAsync(Limit));
        Assert.All(sizes, size => Assert.Equal(5, size));
    }

    [Fact]
    public async Task Cancelling_ends_everything()
    {
        for (int repetition = 0; repetition < 50; repetition++)
        {
            using CancellationTokenSource cancellation = new();
            int last = repetition * 2;
            Task run = Flow.From(EndlessAsync()).Stage("same", 4, Delayed(repetition)).InOrder()
                .ForEachAsync(
                    async (n, _) =>
                    {
                        if (n == last)
                        {
                            await cancellation.CancelAsync();
                        }
                    },
                    cancellation.Token);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Limit));
            Assert.True(run.IsCanceled);
        }
    }

    [Fact]
    public async Task A_clients_time_out_is_a_fault_not_the_callers_cancellation()
    {
        TaskCanceledException timeout = new("the request timed out");
        Task run = Flow.From(EndlessAsync()).Stage("call", 4, (n, _) => n == 9 ? throw timeout : ValueTask.FromResult(n))
            .ForEachAsync((_, _) => ValueTask.CompletedTask);

        Assert.Same(timeout, await Assert.ThrowsAsync<TaskCanceledException>(() => run.WaitAsync(Limit)));
    }

    [Fact]
    public void Stage_ParallelismZero_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Flow.From<int>([]).Stage("same", 0, Same));
        Assert.Throws<ArgumentOutOfRangeException>(() => Flow.From<int>([]).InOrder(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Flow.From<int>([]).Batch(0));
    }

    private static ValueTask<int> Same(int unit, CancellationToken cancellationToken) => ValueTask.FromResult(unit);

    private static Func<int, CancellationToken, ValueTask<int>> Delayed(int seed) => async (unit, token) =>
    {
        int choice = new UnitSeed(seed, "delay", unit).Next(40);
        if (choice == 0)
        {
            await Task.Delay(2, token);
        }
        else if (choice < 20)
        {
            await Task.Yield();
        }

        return unit;
    };

    private static async IAsyncEnumerable<int> EndlessAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int n = 0; ; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return n;
        }
    }

    private static async IAsyncEnumerable<int> FailingAsync(int after)
    {
        for (int n = 0; n < after; n++)
        {
            await Task.Yield();
            yield return n;
        }

        throw new InvalidDataException();
    }

    private sealed class InFlight
    {
        private readonly Lock _lock = new();
        private int _now;

        public int Most { get; private set; }

        public async IAsyncEnumerable<int> CountingAsync(int count)
        {
            for (int n = 0; n < count; n++)
            {
                await Task.Yield();
                lock (_lock)
                {
                    Most = Math.Max(Most, ++_now);
                }

                yield return n;
            }
        }

        public async Task ReachAsync(int most)
        {
            while (Most < most)
            {
                await Task.Delay(1);
            }
        }

        public void Leave()
        {
            lock (_lock)
            {
                _now--;
            }
        }
    }
}
