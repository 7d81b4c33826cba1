namespace R2Synth.Inference.LlamaCpp;

/// <summary>A request with its result.</summary>
internal abstract class EngineRequest<T> : EngineRequest
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    internal override bool Abandoned => _completion.Task.IsCompleted;

    internal void Complete(T result) => _completion.TrySetResult(result);

    /// <inheritdoc/>
    internal override void Fail(Exception exception) => _completion.TrySetException(exception);

    internal async Task<T> WaitAsync(CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => _completion.TrySetCanceled(cancellationToken));
        return await _completion.Task;
    }
}
