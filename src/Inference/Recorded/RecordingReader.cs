using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Inference.Recorded;

/// <summary>Finds recorded calls. Thread-safe.</summary>
internal sealed class RecordingReader : IAsyncDisposable
{
    private readonly string _backend;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly RecordingIndex _index;

    private RecordingReader(string backend, string path, FileStream file, RecordingIndex index, RecordingHeader header)
    {
        _backend = backend;
        _path = path;
        _file = file;
        _index = index;
        Header = header;
    }

    /// <summary>What was recorded of the backend.</summary>
    public RecordingHeader Header { get; }

    /// <summary>Opens a recording.</summary>
    /// <param name="backend">The name of the backend that replays it.</param>
    /// <param name="path">Its full path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">It is missing, empty, being written, or something else.</exception>
    public static async Task<RecordingReader> OpenAsync(string backend, string path, CancellationToken cancellationToken)
    {
        string setting = $"R2Synth:Backends:{backend}:{nameof(BackendOptions.Path)}";
        FileStream file = Open(setting, path);
        try
        {
            RecordingIndex index = await RecordingIndex.ReadAsync(file, path, cancellationToken);
            if (index.Header is not { } header || index.Count == 0)
                throw new InputException($"Setting {setting} is {path}, a recording without a call. A call that the cache answers is not recorded: record with a new Cache:Path.");
            return new RecordingReader(backend, path, file, index, header);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks a call up.</summary>
    /// <returns>What was answered; null where the call is not there.</returns>
    /// <exception cref="ContextExceededException">That was what came of the call.</exception>
    /// <exception cref="CallFailedException">That was what came of the call.</exception>
    /// <exception cref="InputException">The line cannot be read.</exception>
    public async Task<TReply?> FindAsync<TRequest, TReply>(string kind, TRequest request, CancellationToken cancellationToken)
        where TReply : class
    {
        if (_index.Find(RecordingJson.Number(RecordingJson.Key(kind, request))) is not (long offset, int length)) return null;
        byte[] line = new byte[length];
        int read = 0;
        for (int more; read < length && (more = await RandomAccess.ReadAsync(_file.SafeFileHandle, line.AsMemory(read), offset + read, cancellationToken)) > 0; read += more)
        {
        }

        try
        {
            RecordedCall<TRequest, TReply>? call = JsonSerializer.Deserialize<RecordedCall<TRequest, TReply>>(line.AsSpan(0, read), RecordingJson.Options);
            if (call?.Error is { } error) throw error.ToException();
            return call?.Reply ?? throw new JsonException("it holds neither a reply nor an error.");
        }
        catch (JsonException fault)
        {
            throw new InputException($"{_path}: the call at byte {offset} is damaged: {fault.Message} Record again.", fault);
        }
    }

    /// <summary>The error for a call that was not recorded.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="text">What tells a person which it is; shown in part.</param>
    public InputException Unknown(string kind, string text)
    {
        const int Shown = 120;
        string excerpt = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (excerpt.Length > Shown) excerpt = $"...{excerpt[^Shown..]}"; // the end: beginnings are often the same
        return new InputException(
            $"Backend '{_backend}': the recording {_path} has no {kind} call \"{excerpt}\". It answers what was recorded and nothing else: the same inputs, prompts, settings and seed. " +
            $"Record again with RecordTo, or use the original backend ({Header.Model}).");
    }

    /// <summary>Closes the file.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static FileStream Open(string setting, string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.RandomAccess);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"Setting {setting} is {path}, which is not there. Name a file that a backend's RecordTo wrote; relative paths start from the settings file's folder.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Setting {setting} is {path}, which cannot be read: {fault.Message} A recording can be replayed when the run that makes it has ended.", fault);
        }
    }
}
