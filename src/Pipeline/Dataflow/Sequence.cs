using System.Threading.Channels;

namespace R2Synth.Pipeline.Dataflow;

/// <summary>An ordered point: a stream that one task reads and numbers. The source, and what changes the number of units.</summary>
/// <param name="open">Starts what comes before, if anything, and gives the stream.</param>
internal sealed class Sequence<T>(Func<FlowRun, CancellationToken, IAsyncEnumerable<T>> open) : Flow<T>
{
    internal override bool KeepsOrder => true;

    internal override int Workers => 0;

    // One in the channel, one that waits to be written.
    internal override int Held => 2;

    internal override ChannelReader<Sequenced<T>> Start(FlowRun run, SemaphoreSlim? window)
    {
        Channel<Sequenced<T>> output = Channel.CreateBounded<Sequenced<T>>(new BoundedChannelOptions(1) { SingleWriter = true });
        IAsyncEnumerable<T> stream = open(run, run.Token);
        run.Add("source", token => PumpAsync(stream, output.Writer, window, token), output.Writer);
        return output.Reader;
    }

    private static async Task PumpAsync(IAsyncEnumerable<T> stream, ChannelWriter<Sequenced<T>> output, SemaphoreSlim? window, CancellationToken cancellationToken)
    {
        long ordinal = 0;
        await using IAsyncEnumerator<T> units = stream.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            // The permit comes first, so that the window counts units as they are read from the source.
            if (window is not null)
            {
                await window.WaitAsync(cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!await units.MoveNextAsync())
            {
                return;
            }

            await output.WriteAsync(new Sequenced<T>(ordinal++, units.Current), cancellationToken);
        }
    }
}
