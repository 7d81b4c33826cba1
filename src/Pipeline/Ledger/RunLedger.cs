using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using R2Synth.Pipeline.Money;
using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>What one run has done so far: each stage's result for each unit, and facts of the run. Thread-safe; one process at a time.</summary>
internal sealed class RunLedger : IAsyncDisposable
{
    private readonly SqliteStore _store;

    private RunLedger(SqliteStore store) => _store = store;

    /// <summary>Opens a run's <c>ledger.db</c>, or makes it.</summary>
    /// <exception cref="InputException">The file is damaged, foreign, of another version, read-only, or cannot be made.</exception>
    public static RunLedger Open(string path) => new(SqliteStore.Open(path, StoreKind.Ledger));

    /// <summary>A stage's result for a unit: the stored one where its input is the same, else computed and stored.</summary>
    /// <param name="stage">Recipe and stage: <c>gecko/judge</c>.</param>
    /// <param name="unit">The unit's id, unique in the stage.</param>
    /// <param name="inputHash">Hash of everything that the result depends on: the stage's configuration, the models' identities, the input.</param>
    /// <param name="compute">Makes the result.</param>
    /// <param name="type">How the result is written as JSON; every double comes back bit by bit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The result as it comes back from its JSON, computed or stored, so that a resumed run sees just what an uninterrupted one does.</returns>
    /// <exception cref="InputException">The disk is full or read-only, or the file is damaged.</exception>
    public async ValueTask<T> MemoizeAsync<T>(
        string stage, string unit, string inputHash, Func<CancellationToken, Task<T>> compute, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (TryGet(stage, unit, inputHash) is byte[] stored && TryParse(stored, type, out T? known))
        {
            return known!; // null only where compute gave null
        }

        byte[] value = JsonSerializer.SerializeToUtf8Bytes(await compute(cancellationToken), type);
        await _store.WriteAsync(statements => Upsert(statements, stage, unit, inputHash, value));
        return JsonSerializer.Deserialize(value, type)!; // as above
    }

    /// <inheritdoc cref="MemoizeAsync{T}(string, string, string, Func{CancellationToken, Task{T}}, JsonTypeInfo{T}, CancellationToken)"/>
    public ValueTask<T> MemoizeAsync<T>(
        string stage, string unit, string inputHash, Func<CancellationToken, Task<T>> compute, JsonSerializerOptions options, CancellationToken cancellationToken) =>
        MemoizeAsync(stage, unit, inputHash, compute, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)), cancellationToken);

    /// <summary>A stage's stored result for a unit; the type's default where there is none for this input.</summary>
    public T? TryGet<T>(string stage, string unit, string inputHash, JsonSerializerOptions options) =>
        TryGet(stage, unit, inputHash) is byte[] stored && TryParse(stored, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)), out T? known) ? known : default;

    /// <summary>How many results of a stage are stored, whatever their input.</summary>
    public long Count(string stage) => _store.Read(statements =>
        (long)statements.With("SELECT count(*) FROM stages WHERE stage = $1", stage).ExecuteScalar()!); // count(*) always gives a row

    /// <summary>A fact of the run; null where it is not known.</summary>
    public string? TryGetMeta(string key) => _store.Read(statements => (string?)statements.With("SELECT value FROM meta WHERE key = $1", key).ExecuteScalar());

    /// <summary>Stores a fact of the run; done when it is committed.</summary>
    public Task SetMetaAsync(string key, string value) => _store.WriteAsync(statements =>
        statements.With("INSERT INTO meta(key, value) VALUES($1, $2) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value).ExecuteNonQuery());

    /// <summary>The run's paid requests.</summary>
    /// <exception cref="InputException">The disk is full or read-only, or the file is damaged.</exception>
    public Task<SpendingRows> OpenSpendingAsync() => SpendingRows.OpenAsync(_store);

    /// <summary>Waits for all writes, and closes the file.</summary>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private byte[]? TryGet(string stage, string unit, string inputHash) => _store.Read(statements =>
        (byte[]?)statements.With("SELECT value FROM stages WHERE stage = $1 AND unit = $2 AND key = $3", stage, unit, inputHash).ExecuteScalar());

    private static int Upsert(SqliteStatements statements, string stage, string unit, string inputHash, byte[] value) => statements.With(
        "INSERT INTO stages(stage, unit, key, value) VALUES($1, $2, $3, $4) ON CONFLICT(stage, unit) DO UPDATE SET key = excluded.key, value = excluded.value",
        stage, unit, inputHash, value).ExecuteNonQuery();

    private static bool TryParse<T>(byte[] stored, JsonTypeInfo<T> type, out T? value)
    {
        try
        {
            value = JsonSerializer.Deserialize(stored, type);
            return true;
        }
        catch (JsonException)
        {
            // Stored by a version whose result had another shape: as good as not stored.
            value = default;
            return false;
        }
    }
}
