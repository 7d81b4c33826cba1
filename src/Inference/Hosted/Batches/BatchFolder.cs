using System.Globalization;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>
/// The batches of one server and model on the disk: of each a state (<c>ID.json</c>), its requests (<c>ID.input.jsonl</c>), once fetched its results (<c>ID.output.jsonl</c>,
/// <c>ID.errors.jsonl</c>), and a lock, by which several processes may share the folder: a batch belongs to the one that holds it.
/// </summary>
/// <param name="path">The folder; made when it is first written to.</param>
internal sealed class BatchFolder(string path)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>The requests of a batch.</summary>
    public string Input(string id) => Path.Combine(path, id + ".input.jsonl");

    /// <summary>The answers of a batch.</summary>
    public string Output(string id) => Path.Combine(path, id + ".output.jsonl");

    /// <summary>The failures of a batch.</summary>
    public string Errors(string id) => Path.Combine(path, id + ".errors.jsonl");

    /// <summary>The state of a batch.</summary>
    public string State(string id) => Path.Combine(path, id + ".json");

    /// <summary>Every batch that is remembered, oldest first.</summary>
    /// <exception cref="InputException">A state is damaged.</exception>
    public IReadOnlyList<BatchState> Read()
    {
        if (!Directory.Exists(path)) return [];
        List<BatchState> states = [];
        foreach (string file in Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal))
        {
            if (TryRead(file) is { } state) states.Add(state);
        }

        return states;
    }

    /// <summary>The state as it is now; null where the batch is gone.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    public BatchState? Find(string id) => TryRead(State(id));

    /// <summary>Takes a batch for this process.</summary>
    /// <returns>The lock, to be disposed of; null where another process has it.</returns>
    public FileStream? TryLock(string id)
    {
        Directory.CreateDirectory(path);
        try
        {
            return new FileStream(Path.Combine(path, id + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Finds a free name for a new batch, and takes it.</summary>
    /// <param name="now">The time, which makes the name one of its kind at the server.</param>
    /// <param name="requests">What will be in it.</param>
    public (string Id, FileStream Lock) Claim(DateTimeOffset now, IReadOnlyList<BatchRequest> requests)
    {
        string hash = ContentHash.Of([.. requests.Select(request => request.SpendingId)])[..12];
        string stem = string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd-HHmmss-fff}-{hash}");
        for (int n = 1; ; n++)
        {
            string id = n == 1 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}-{n}");
            if (TryLock(id) is not { } held) continue;
            if (!File.Exists(State(id))) return (id, held);
            held.Dispose();
        }
    }

    /// <summary>Writes a state, whole or not at all.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public Task SaveAsync(BatchState state) =>
        WriteAsync(State(state.Id), async file => await JsonSerializer.SerializeAsync(file, state, Json));

    /// <summary>Writes a file under a temporary name, flushes it to the disk, and moves it.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static async Task WriteAsync(string file, Func<Stream, Task> write)
    {
        string temporary = file + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file) ?? ".");
            await using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new InputException($"{file} cannot be written: {fault.Message} Make room or choose another Batch:Folder, then run the same command again.", fault);
        }
    }

    /// <summary>Forgets a batch that this process holds. The state goes first: what is left of a deletion that is cut short is nobody's.</summary>
    public void Delete(string id)
    {
        foreach (string file in (ReadOnlySpan<string>)[State(id), Input(id), Output(id), Errors(id), Path.Combine(path, id + ".lock")]) File.Delete(file);
    }

    /// <summary>Takes away what killed processes left without a state: half-written files, locks.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(path)) return;
        foreach (string file in Directory.GetFiles(path, "*.lock"))
        {
            string id = Path.GetFileNameWithoutExtension(file);
            if (File.Exists(State(id))) continue;
            using FileStream? held = TryLock(id);
            if (held is null || File.Exists(State(id))) continue;
            Delete(id);
            foreach (string part in Directory.GetFiles(path, id + ".*.part")) File.Delete(part);
        }
    }

    private static BatchState? TryRead(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return JsonSerializer.Deserialize<BatchState>(stream, Json) ?? throw new JsonException("It is empty.");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException fault)
        {
            throw new InputException($"{file} is damaged: {fault.Message} It remembers a batch of requests at a server. Remove it; if that batch is still under way, its requests will be sent and paid for again.", fault);
        }
    }
}
