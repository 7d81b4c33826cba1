using R2Synth.Records;

namespace R2Synth.Inference.Recorded;

/// <summary>
/// Adds calls to a recording, one line each, written in one piece before the caller sees the reply. Held by this process alone: the lock is the operating
/// system's and goes with the process, however that ends. Thread-safe.
/// </summary>
internal sealed class RecordingWriter : IAsyncDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly RecordingIndex _index;
    private readonly Backend _source;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private RecordingWriter(string path, FileStream file, RecordingIndex index, Backend source)
    {
        _path = path;
        _file = file;
        _index = index;
        _source = source;
    }

    /// <summary>Opens a recording, or makes it, and checks that it is of the same model.</summary>
    /// <param name="setting">The setting that names it, for messages.</param>
    /// <param name="path">Its full path.</param>
    /// <param name="source">The backend whose calls are recorded.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">It cannot be written, another process holds it, or it is something else.</exception>
    public static async Task<RecordingWriter> OpenAsync(string setting, string path, Backend source, CancellationToken cancellationToken)
    {
        FileStream file = Lock(setting, path);
        try
        {
            RecordingIndex index = await RecordingIndex.ReadAsync(file, path, cancellationToken);
            RecordingWriter writer = new(path, file, index, source);
            writer.Check();
            return writer;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Checks that the backend as it is now is the one that was recorded.</summary>
    /// <exception cref="InputException">It is another.</exception>
    public void Check()
    {
        if (_index.Header is not { } header) return;
        RecordingHeader now = RecordingHeader.Of(_source);
        if (header.Model != now.Model) throw Another("model", header.Model, now.Model);
        const BackendAbilities Scores = BackendAbilities.TokenScores | BackendAbilities.PromptScores;
        if ((header.Abilities & Scores) != 0 && (now.Abilities & Scores) != 0 && header.Scorer != now.Scorer) throw Another("scorer", header.Scorer, now.Scorer);
    }

    /// <summary>Adds a call. One that is there already is left as it is.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    /// <remarks>Cannot be cancelled: the reply may have been paid for.</remarks>
    public async Task AddAsync<TRequest, TReply>(string kind, TRequest request, TReply? reply, RecordedError? error)
        where TReply : class
    {
        string key = RecordingJson.Key(kind, request);
        UInt128 number = RecordingJson.Number(key);
        byte[] line = RecordingJson.Line(new RecordedCall<TRequest, TReply> { Key = key, Call = kind, Request = request, Reply = reply, Error = error });
        await _writing.WaitAsync();
        try
        {
            if (_index.Contains(number)) return;
            await WriteHeaderAsync(kind);
            long offset = _index.End;
            await WriteAsync(line);
            _index.TryAdd(number, offset, line.Length - 1);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the recording.</summary>
    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _writing.Dispose();
    }

    private async Task WriteHeaderAsync(string kind)
    {
        RecordingHeader header = RecordingHeader.Of(_source);
        // A server that was asked in an earlier run, or not at all, shows what it can do by doing it.
        BackendAbilities shown = kind switch
        {
            CallKind.Chat => BackendAbilities.Chat,
            CallKind.Embedding => BackendAbilities.Embeddings,
            _ => BackendAbilities.None,
        };
        header = header with { Abilities = header.Abilities | shown | (_index.Header?.Abilities ?? BackendAbilities.None) };
        if (header == _index.Header) return;
        await WriteAsync(RecordingJson.Line(header));
        _index.Header = header;
    }

    private async Task WriteAsync(byte[] line)
    {
        try
        {
            // Takes the place of a torn line, of a process that was killed or of a write that failed. A longer one is cut off first.
            if (RandomAccess.GetLength(_file.SafeFileHandle) > _index.End) RandomAccess.SetLength(_file.SafeFileHandle, _index.End);
            await RandomAccess.WriteAsync(_file.SafeFileHandle, line, _index.End);
            _index.End += line.Length;
        }
        catch (IOException fault)
        {
            throw new InputException($"The recording {_path} cannot be written: {fault.Message} Make room, or remove RecordTo; what is recorded is kept.", fault);
        }
    }

    private InputException Another(string what, string recorded, string now) =>
        new($"The recording {_path} is of another {what}: '{recorded}' and not '{now}'. Name another file in RecordTo, or delete this one.");

    private static FileStream Lock(string setting, string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Setting {setting} is {path}, whose folder cannot be made: {fault.Message}", fault);
        }

        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.Asynchronous);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new InputException($"Setting {setting} is {path}, which cannot be written to: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new InputException(
                $"Setting {setting} is {path}, which cannot be held: another run or another backend of this one has it open ({fault.Message}). Wait for it to end, or name another file.", fault);
        }
    }
}
