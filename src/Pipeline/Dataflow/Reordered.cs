using System.Threading.Channels;

namespace R2Synth.Pipeline.Dataflow;

/// <summary>An ordered point: holds units back until those before them have come, never more than the window.</summary>
internal sealed class Reordered<T>(Flow<T> input, int window) : Flow<T>
{
    internal override bool KeepsOrder => true;

    internal override int Workers => 0;

    // The window, and the one in the channel, whose permit is given back.
    internal override int Held => window + 1;

    internal override ChannelReader<Sequenced<T>> Start(FlowRun run, SemaphoreSlim? outerWindow)
    {
        SemaphoreSlim permits = run.Own(new SemaphoreSlim(window));
        ChannelReader<Sequenced<T>> units = input.Start(run, permits);
        Channel<Sequenced<T>> output = Channel.CreateBounded<Sequenced<T>>(new BoundedChannelOptions(1) { SingleWriter = true });
        run.Add("in order", token => ReorderAsync(units, output.Writer, permits, outerWindow, token), output.Writer);
        return output.Reader;
    }

    private async Task ReorderAsync(
        ChannelReader<Sequenced<T>> units, ChannelWriter<Sequenced<T>> output, SemaphoreSlim permits, SemaphoreSlim? outerWindow, CancellationToken cancellationToken)
    {
        long next = 0;
        var waiting = new Dictionary<long, T>(window);
        await foreach (Sequenced<T> unit in units.ReadAllAsync(cancellationToken))
        {
            waiting.Add(unit.Ordinal, unit.Value);
            while (waiting.Remove(next, out T? ready))
            {
                if (outerWindow is not null)
                {
                    await outerWindow.WaitAsync(cancellationToken);
                }

                await output.WriteAsync(new Sequenced<T>(next++, ready), cancellationToken);
                permits.Release();
            }
        }
    }
}
