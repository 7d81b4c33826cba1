using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace R2Synth.Pipeline.Dataflow;

/// <summary>Where a pipeline begins: <c>Flow.From(seeds).Stage("generate", 8, Generate).InOrder().ForEachAsync(Write, cancellationToken)</c>.</summary>
internal static class Flow
{
    /// <summary>Begins a pipeline with a stream of units; it is read no further ahead than the pipeline has room.</summary>
    public static Flow<T> From<T>(IAsyncEnumerable<T> source) => new Sequence<T>((_, _) => source);

    /// <summary>Begins a pipeline with units that are at hand, or made one by one without waiting.</summary>
    public static Flow<T> From<T>(IEnumerable<T> source) => From(source.ToAsyncEnumerable());

    /// <summary>Takes batches apart again: the units in order, batch after batch. Restores the order of the batches first.</summary>
    public static Flow<T> Flatten<T>(this Flow<IReadOnlyList<T>> batches)
    {
        Flow<IReadOnlyList<T>> ordered = batches.Ordered();
        return new Sequence<T>((run, token) => UnitsAsync(ordered.Start(run, null), token));

        static async IAsyncEnumerable<T> UnitsAsync(
            ChannelReader<Sequenced<IReadOnlyList<T>>> input, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (Sequenced<IReadOnlyList<T>> batch in input.ReadAllAsync(cancellationToken))
            {
                foreach (T unit in batch.Value)
                {
                    yield return unit;
                }
            }
        }
    }
}
