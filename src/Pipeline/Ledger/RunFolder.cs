using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>
/// A run's folder, held by this process alone. The lock is the operating system's on <c>run.lock</c>: it goes with the process, however that ends;
/// the empty file stays, since removing it would let two processes hold two files of that name.
/// </summary>
internal sealed class RunFolder : IAsyncDisposable
{
    /// <summary>Key of the settings in the ledger's facts.</summary>
    public const string SettingsKey = "run.settings";

    private const string LockName = "run.lock";
    private const string LedgerName = "ledger.db";

    private readonly FileStream _lock;

    private RunFolder(string path, FileStream runLock, RunLedger ledger)
    {
        Path = path;
        _lock = runLock;
        Ledger = ledger;
    }

    /// <summary>The folder, as the user gave it.</summary>
    public string Path { get; }

    /// <summary>What the run has done so far.</summary>
    public RunLedger Ledger { get; }

    /// <summary>Whether an earlier process began this run.</summary>
    public bool Resumed { get; private set; }

    /// <summary>Opens the folder of a run, or makes it, and binds it to the settings.</summary>
    /// <exception cref="InputException">As in <see cref="Open"/> and <see cref="BindAsync"/>.</exception>
    public static async Task<RunFolder> OpenAsync(string path, IEnumerable<KeyValuePair<string, string>> settings)
    {
        RunFolder folder = Open(path);
        try
        {
            await folder.BindAsync(settings);
            return folder;
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the folder of a run, or makes it. It is nobody's run before <see cref="BindAsync"/>.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="InputException">Another process runs there, it holds something else, or it cannot be written.</exception>
    public static RunFolder Open(string path)
    {
        FileStream runLock = Lock(path);
        try
        {
            return new RunFolder(path, runLock, RunLedger.Open(System.IO.Path.Combine(path, LedgerName)));
        }
        catch
        {
            runLock.Dispose();
            throw;
        }
    }

    /// <summary>Checks that the run is the one that was begun here; a new run is begun.</summary>
    /// <param name="settings">
    /// Every setting that changes what comes out, each key once, in any order; not those that do not (threads, parallelism, where the cache is).
    /// </param>
    /// <exception cref="InputException">The settings of the run were others.</exception>
    public async Task BindAsync(IEnumerable<KeyValuePair<string, string>> settings) => Resumed = await CheckAsync(Path, Ledger, new RunSettings(settings));

    /// <summary>A file of the run.</summary>
    /// <param name="parts">Its path in the folder.</param>
    public string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Closes the ledger and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await _lock.DisposeAsync();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            if (System.IO.File.Exists(path))
            {
                throw new InputException($"--out {path} is a file. Give a folder, which may be missing or empty.");
            }

            Directory.CreateDirectory(path);
            bool run = System.IO.File.Exists(System.IO.Path.Combine(path, LedgerName));
            if (!run && Directory.EnumerateFileSystemEntries(path).FirstOrDefault(entry => System.IO.Path.GetFileName(entry) != LockName) is string stranger)
            {
                throw new InputException(
                    $"--out {path} is not empty and not a run: it holds '{System.IO.Path.GetFileName(stranger)}' and no {LedgerName}. Give a new or empty folder.");
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--out {path} cannot be made: {fault.Message} Give a folder that can be written to.", fault);
        }

        try
        {
            return new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new InputException($"--out {path} cannot be written to: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new InputException(
                $"--out {path} cannot be held: another process is running there ({fault.Message}). Wait for it to end, or give another --out.", fault);
        }
    }

    private static async Task<bool> CheckAsync(string path, RunLedger ledger, RunSettings settings)
    {
        if (ledger.TryGetMeta(SettingsKey) is not string stored)
        {
            await ledger.SetMetaAsync(SettingsKey, settings.ToJson());
            return false;
        }

        IReadOnlyList<string> differences = RunSettings.Parse(stored, path).DifferencesTo(settings);
        return differences.Count == 0
            ? true
            : throw new InputException(
                $"--out {path} holds a run with other settings:{string.Concat(differences.Select(line => $"\n  {line}"))}\nGive another --out for the new settings, or the old settings to go on with this run.");
    }
}
