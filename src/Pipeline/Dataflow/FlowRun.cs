using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace R2Synth.Pipeline.Dataflow;

/// <summary>The tasks of one run of a pipeline: all started, then awaited together; the first fault cancels the others.</summary>
internal sealed class FlowRun : IDisposable
{
    /// <summary>Key of the stage's name in the <see cref="Exception.Data"/> of a fault.</summary>
    public const string StageKey = "R2Synth.Stage";

    private readonly CancellationToken _outer;
    private readonly CancellationTokenSource _cancellation;
    private readonly List<Task> _tasks = [];
    private readonly List<IDisposable> _owned = [];
    private ExceptionDispatchInfo? _first;

    public FlowRun(CancellationToken cancellationToken)
    {
        _outer = cancellationToken;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _cancellation.Token;
    }

    /// <summary>Cancelled by the caller or by the first fault.</summary>
    public CancellationToken Token { get; }

    /// <summary>Disposes of something together with the run.</summary>
    public TResource Own<TResource>(TResource resource)
        where TResource : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }

    /// <summary>Starts a task on the thread pool.</summary>
    /// <param name="stage">Its name, for faults.</param>
    /// <param name="body">The work.</param>
    /// <param name="completes">Completed when the work ends, however it ends.</param>
    public void Add<TUnit>(string stage, Func<CancellationToken, Task> body, ChannelWriter<TUnit> completes) =>
        _tasks.Add(Task.Run(() => GuardAsync(stage, body, completes), CancellationToken.None));

    /// <summary>Starts a task that writes to no channel.</summary>
    public void Add(string stage, Func<CancellationToken, Task> body) =>
        _tasks.Add(Task.Run(() => GuardAsync<object>(stage, body, null), CancellationToken.None));

    /// <summary>Takes note of a fault, and cancels everything if it is the first.</summary>
    public void Fault(string stage, Exception fault)
    {
        if (Interlocked.CompareExchange(ref _first, ExceptionDispatchInfo.Capture(fault), null) is null)
        {
            // Not the caller's Ctrl-C, and not an object that many runs may throw at once.
            if (fault is not OperationCanceledException)
            {
                fault.Data[StageKey] = stage;
            }

            _cancellation.Cancel();
        }
    }

    /// <summary>Waits for all tasks.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="Exception">The first fault, as it was thrown.</exception>
    public async Task AllAsync()
    {
        await Task.WhenAll(_tasks);
        if (_first is not null && _first.SourceException is not OperationCanceledException)
        {
            _first.Throw();
        }

        _outer.ThrowIfCancellationRequested();
        _first?.Throw(); // a time-out of some client: also an OperationCanceledException, but nobody cancelled us
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable resource in _owned)
        {
            resource.Dispose();
        }

        _cancellation.Dispose();
    }

    private async Task GuardAsync<TUnit>(string stage, Func<CancellationToken, Task> body, ChannelWriter<TUnit>? completes)
    {
        try
        {
            await body(Token);
            completes?.TryComplete();
        }
        catch (Exception fault)
        {
            Fault(stage, fault);
            completes?.TryComplete(fault); // never an end that looks whole
        }
    }
}
