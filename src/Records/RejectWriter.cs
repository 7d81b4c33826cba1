using R2Synth.Records.Output;

namespace R2Synth.Records;

/// <summary>Writes <c>rejects.jsonl</c>: one reject a line. The file appears when it is complete. Not thread-safe.</summary>
/// <param name="path">The file; its folder is made where there is none.</param>
/// <exception cref="InputException">The file cannot be written.</exception>
public sealed class RejectWriter(string path) : IAsyncDisposable
{
    private readonly JsonlFile<Reject> _file = new(path, GroupJson.RejectType);

    /// <summary>Adds a reject.</summary>
    /// <exception cref="InputException">The disk is full or refuses.</exception>
    public Task WriteAsync(Reject reject, CancellationToken cancellationToken = default) => _file.WriteAsync(reject, cancellationToken);

    /// <summary>Ends the file and gives it its name; nothing can be written after.</summary>
    /// <exception cref="InputException">The disk is full or refuses.</exception>
    public Task CompleteAsync(CancellationToken cancellationToken = default) => _file.CompleteAsync(cancellationToken);

    /// <summary>Removes what was written where it was not completed.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
