using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace R2Synth.Pipeline.Dataflow;

/// <summary>
/// A pipeline up to here: stages joined by bounded channels. Immutable, and nothing runs before a sink is asked for.
/// A stage gives one result a unit (a rejected unit is a result too). The first fault, of the source, a stage or the sink, cancels all the rest and
/// is rethrown as it was thrown, with the stage's name in its <see cref="Exception.Data"/> under <see cref="FlowRun.StageKey"/>.
/// </summary>
/// <typeparam name="T">The unit.</typeparam>
internal abstract class Flow<T>
{
    /// <summary>Window of <see cref="InOrder"/> as a multiple of the parallelism it covers: one unit may take four times as long as the others before workers idle.</summary>
    public const int WindowFactor = 4;

    /// <summary>Whether units come out in their order without help.</summary>
    internal abstract bool KeepsOrder { get; }

    /// <summary>Workers since the order was last certain: what the next window must keep busy.</summary>
    internal abstract int Workers { get; }

    /// <summary>Most units of the source that stages and the channels between them hold at once since the last batch, the one that the sink works on included.</summary>
    public int MaxInFlight => Held + 1;

    /// <summary>Most units held before the consumer.</summary>
    internal abstract int Held { get; }

    /// <summary>Adds a stage. Results come out as they are done, so in no order where <paramref name="parallelism"/> is above 1; see <see cref="InOrder"/>.</summary>
    /// <param name="name">The stage's name, for faults.</param>
    /// <param name="parallelism">Units under way at once, at least 1.</param>
    /// <param name="process">Makes the result; called on the thread pool.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parallelism"/> is below 1.</exception>
    public Flow<TOut> Stage<TOut>(string name, int parallelism, Func<T, CancellationToken, ValueTask<TOut>> process)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        return new ParallelStage<T, TOut>(this, name, parallelism, process);
    }

    /// <summary>
    /// Restores the source's order. At most <paramref name="window"/> units are between the last ordered point and this one, so a slow unit holds the
    /// others back and memory stays bounded.
    /// </summary>
    /// <param name="window">Units, at least 1; null takes <see cref="WindowFactor"/> times the parallelism it covers.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="window"/> is below 1.</exception>
    public Flow<T> InOrder(int? window = null)
    {
        if (window is int units)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(units, 1, nameof(window));
        }

        return new Reordered<T>(this, window ?? WindowFactor * Math.Max(1, Workers));
    }

    /// <summary>Joins consecutive units until <paramref name="size"/> of them count; the last batch may be smaller, none is empty. Restores the order first.</summary>
    /// <param name="size">Units that count in a batch.</param>
    /// <param name="counts">Which units count; null counts all. What does not count is held with the others, so that a long stretch of it makes a long batch.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    public Flow<IReadOnlyList<T>> Batch(int size, Func<T, bool>? counts = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Flow<T> ordered = Ordered();
        return new Sequence<IReadOnlyList<T>>((run, token) => BatchesAsync(ordered.Start(run, null), size, counts, token));
    }

    /// <summary>Runs the pipeline; <paramref name="sink"/> gets one unit after the other.</summary>
    /// <param name="sink">Takes a unit.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task ForEachAsync(Func<T, CancellationToken, ValueTask> sink, CancellationToken cancellationToken = default)
    {
        using FlowRun run = new(cancellationToken);
        ChannelReader<Sequenced<T>> units = Start(run, null);
        run.Add("sink", async token =>
        {
            await foreach (Sequenced<T> unit in units.ReadAllAsync(token))
            {
                await sink(unit.Value, token);
            }
        });
        await run.AllAsync();
    }

    /// <summary>Runs the pipeline and keeps what comes out of it, in the order in which it came.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<IReadOnlyList<T>> ToListAsync(CancellationToken cancellationToken = default)
    {
        List<T> units = [];
        await ForEachAsync(
            (unit, _) =>
            {
                units.Add(unit);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        return units;
    }

    /// <summary>Starts everything up to here.</summary>
    /// <param name="run">Holds the tasks.</param>
    /// <param name="window">Permits that the last ordered point takes, one for each unit that it lets pass; null where nobody reorders later.</param>
    internal abstract ChannelReader<Sequenced<T>> Start(FlowRun run, SemaphoreSlim? window);

    /// <summary>This, with its order restored where needed.</summary>
    internal Flow<T> Ordered() => KeepsOrder ? this : InOrder();

    private static async IAsyncEnumerable<IReadOnlyList<T>> BatchesAsync(
        ChannelReader<Sequenced<T>> input, int size, Func<T, bool>? counts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<T> batch = new(size);
        int counted = 0;
        await foreach (Sequenced<T> unit in input.ReadAllAsync(cancellationToken))
        {
            batch.Add(unit.Value);
            if (counts is null || counts(unit.Value)) counted++;
            if (counted == size)
            {
                yield return batch;
                counted = 0;
                batch = new List<T>(size);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
