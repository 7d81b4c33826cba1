using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace R2Synth.Records.Output;

/// <summary>Writes one JSON object a line: UTF-8 without a mark, LF at each end.</summary>
internal sealed class JsonlFile<T>(string path, JsonTypeInfo<T> type) : IAsyncDisposable
{
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    private readonly WholeFile _file = WholeFile.Create(path);

    public Task WriteAsync(T value, CancellationToken cancellationToken) => WholeFile.GuardAsync(path, async () =>
    {
        await _file.Stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), cancellationToken);
        await _file.Stream.WriteAsync(LineFeed, cancellationToken);
    });

    public Task CompleteAsync(CancellationToken cancellationToken) => _file.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
