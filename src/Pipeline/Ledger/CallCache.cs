using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>
/// The cache of model calls that runs share; several processes may use one file at once. Thread-safe. An identical call that is already under way is
/// waited for, not made again.
/// </summary>
internal sealed class CallCache : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly SqliteStore _store;

    private CallCache(SqliteStore store) => _store = store;

    /// <summary>Opens the cache, or makes it.</summary>
    /// <exception cref="InputException">The file is damaged, foreign, of another version, read-only, or cannot be made.</exception>
    public static CallCache Open(string path) => new(SqliteStore.Open(path, StoreKind.Cache));

    /// <summary>Looks a call up.</summary>
    /// <returns>Null where it is not known.</returns>
    /// <exception cref="InputException">The file is damaged.</exception>
    public CachedCall? TryGet(string key) => _store.Read(statements => Select(statements, key));

    /// <summary>Keeps a call; done when it is committed.</summary>
    /// <returns>What the cache holds under the key from now on: where another process was quicker, its reply.</returns>
    /// <exception cref="InputException">The disk is full or read-only, or the file is damaged.</exception>
    public Task<CachedCall> PutAsync(string key, CachedCall call) => _store.WriteAsync(statements => Insert(statements, key, call));

    /// <summary>Looks calls up, and makes those that are not known and not under way in one go.</summary>
    /// <param name="keys">One a call; the same key may come twice.</param>
    /// <param name="make">Gets the places in <paramref name="keys"/> of what is to be made, rising; gives one reply for each.</param>
    /// <param name="cancellationToken">Gives up; what the model has answered is kept.</param>
    /// <returns>One reply a key, and whether anything was made for this request.</returns>
    /// <exception cref="InvalidDataException"><paramref name="make"/> gave another number of replies.</exception>
    /// <exception cref="InputException">The disk is full or read-only, or the file is damaged.</exception>
    /// <remarks>A fault of a call under way is not shared: whoever waited makes the call in its own name.</remarks>
    public async Task<(CachedCall[] Replies, bool Made)> GetOrMakeAsync(
        IReadOnlyList<string> keys,
        Func<IReadOnlyList<int>, CancellationToken, Task<IReadOnlyList<CachedCall>>> make,
        CancellationToken cancellationToken)
    {
        var replies = new CachedCall[keys.Count];
        int[] open = [.. Enumerable.Range(0, keys.Count)];
        bool made = false;
        while (open.Length > 0)
        {
            List<int> missing = [];
            List<(int Place, Task UnderWay)> others = [];
            var ours = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                foreach (int place in open)
                {
                    Task underWay = _underWay.GetOrAdd(keys[place], ours.Task);
                    if (underWay != ours.Task || missing.Exists(other => keys[other] == keys[place]))
                    {
                        others.Add((place, underWay));
                    }
                    else if (TryGet(keys[place]) is CachedCall known)
                    {
                        // Looked up only after the claim: the one before us may just have finished.
                        replies[place] = known;
                        Release(keys[place], ours.Task);
                    }
                    else
                    {
                        missing.Add(place);
                    }
                }

                if (missing.Count > 0)
                {
                    made = true;
                    IReadOnlyList<CachedCall> answers = await make(missing, cancellationToken);
                    if (answers.Count != missing.Count)
                    {
                        throw new InvalidDataException($"The model was asked {missing.Count} questions in one call and gave {answers.Count} answers.");
                    }

                    CachedCall[] kept = await Task.WhenAll(missing.Select((place, i) => PutAsync(keys[place], answers[i])));
                    for (int i = 0; i < kept.Length; i++)
                    {
                        replies[missing[i]] = kept[i];
                    }
                }
            }
            finally
            {
                foreach (int place in missing)
                {
                    Release(keys[place], ours.Task);
                }

                ours.SetResult();
            }

            foreach ((_, Task underWay) in others)
            {
                await underWay.WaitAsync(cancellationToken);
            }

            open = [.. others.Select(other => other.Place)];
        }

        return (replies, made);
    }

    /// <summary>Looks a call up, and makes it where it is not known and not under way.</summary>
    /// <param name="key">The call.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancellationToken">Gives up; what the model has answered is kept.</param>
    /// <returns>The reply, and whether it was made for this request.</returns>
    /// <exception cref="InputException">The disk is full or read-only, or the file is damaged.</exception>
    /// <remarks>A fault of a call under way is not shared: whoever waited makes the call in its own name.</remarks>
    public async Task<(CachedCall Reply, bool Made)> GetOrMakeAsync(
        string key, Func<CancellationToken, Task<CachedCall>> make, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource ours = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task underWay = _underWay.GetOrAdd(key, ours.Task);
            if (underWay != ours.Task)
            {
                await underWay.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                // Looked up only after the claim: the one before us may just have finished.
                return TryGet(key) is CachedCall known ? (known, false) : (await PutAsync(key, await make(cancellationToken)), true);
            }
            finally
            {
                Release(key, ours.Task);
                ours.SetResult();
            }
        }
    }

    /// <summary>Waits for all writes, and closes the file.</summary>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private void Release(string key, Task ours) => _underWay.TryRemove(new KeyValuePair<string, Task>(key, ours));

    private static CachedCall? Select(SqliteStatements statements, string key)
    {
        using SqliteDataReader row = statements.With("SELECT reply, tokens_read, tokens_written, cost FROM calls WHERE key = $1", key).ExecuteReader();
        return row.Read()
            ? new CachedCall
            {
                Reply = row.GetFieldValue<byte[]>(0),
                TokensRead = row.GetInt64(1),
                TokensWritten = row.GetInt64(2),
                Cost = row.IsDBNull(3) ? null : row.GetDouble(3),
            }
            : null;
    }

    private static CachedCall Insert(SqliteStatements statements, string key, CachedCall call) =>
        statements.With(
            "INSERT INTO calls(key, reply, tokens_read, tokens_written, cost) VALUES($1, $2, $3, $4, $5) ON CONFLICT(key) DO NOTHING",
            key, call.Reply, call.TokensRead, call.TokensWritten, call.Cost).ExecuteNonQuery() == 1
            ? call
            : Select(statements, key) ?? call;
}
