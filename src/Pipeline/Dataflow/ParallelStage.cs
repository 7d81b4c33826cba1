using System.Threading.Channels;

namespace R2Synth.Pipeline.Dataflow;

/// <summary>A function over a stream, with workers.</summary>
internal sealed class ParallelStage<TIn, TOut>(Flow<TIn> input, string name, int parallelism, Func<TIn, CancellationToken, ValueTask<TOut>> process) : Flow<TOut>
{
    internal override bool KeepsOrder => parallelism == 1 && input.KeepsOrder;

    internal override int Workers => input.Workers + parallelism;

    // Each worker holds one, its channel one a worker.
    internal override int Held => input.Held + (2 * parallelism);

    internal override ChannelReader<Sequenced<TOut>> Start(FlowRun run, SemaphoreSlim? window)
    {
        ChannelReader<Sequenced<TIn>> units = input.Start(run, window);
        Channel<Sequenced<TOut>> output = Channel.CreateBounded<Sequenced<TOut>>(parallelism);
        run.Add(name, token => WorkAsync(run, units, output.Writer, token), output.Writer);
        return output.Reader;
    }

    private Task WorkAsync(FlowRun run, ChannelReader<Sequenced<TIn>> units, ChannelWriter<Sequenced<TOut>> output, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            units.ReadAllAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken },
            async (unit, token) =>
            {
                TOut result;
                try
                {
                    result = await process(unit.Value, token);
                }
                catch (Exception fault)
                {
                    // At once: the loop itself only ends when all its workers have.
                    run.Fault(name, fault);
                    throw;
                }

                await output.WriteAsync(new Sequenced<TOut>(unit.Ordinal, result), token);
            });
}
