using Microsoft.Data.Sqlite;
using R2Synth.Pipeline.Ledger;

namespace R2Synth.Pipeline.Money;

/// <summary>The table <c>spending</c> of a run's ledger: a row a paid request, with its worst case and, once that is known, what it did cost; in nano-dollars.</summary>
internal sealed class SpendingRows
{
    private readonly SqliteStore _store;

    private SpendingRows(SqliteStore store) => _store = store;

    /// <summary>Opens the table; a ledger of an earlier version gets it.</summary>
    /// <exception cref="Records.InputException">The ledger cannot be written.</exception>
    public static async Task<SpendingRows> OpenAsync(SqliteStore store)
    {
        await store.WriteAsync(statements => statements.With(
            "CREATE TABLE IF NOT EXISTS spending(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, worst INTEGER NOT NULL, actual INTEGER)").ExecuteNonQuery());
        return new SpendingRows(store);
    }

    /// <summary>What all requests did cost; those without an end at their worst case.</summary>
    public long Total() => _store.Read(statements =>
        (long)statements.With("SELECT coalesce(sum(coalesce(actual, worst)), 0) FROM spending").ExecuteScalar()!); // a sum always gives a row

    /// <summary>The requests that have a name, with what they count for.</summary>
    public IReadOnlyList<(string Id, long Row, long Nanos)> Named() => _store.Read(statements =>
    {
        using SqliteDataReader row = statements.With("SELECT id, number, coalesce(actual, worst) FROM spending WHERE id IS NOT NULL").ExecuteReader();
        List<(string, long, long)> named = [];
        while (row.Read()) named.Add((row.GetString(0), row.GetInt64(1), row.GetInt64(2)));
        return named;
    });

    /// <summary>Writes a request down; done when it is committed.</summary>
    /// <param name="worst">Its worst case.</param>
    /// <param name="id">Its name; an earlier row of that name is replaced. Null for none.</param>
    /// <returns>The row.</returns>
    public Task<long> SetAsideAsync(long worst, string? id) => _store.WriteAsync(statements =>
    {
        // A new number too, so that a late end of the earlier request finds nothing to change.
        if (id is not null) statements.With("DELETE FROM spending WHERE id = $1", id).ExecuteNonQuery();
        return (long)statements.With("INSERT INTO spending(id, worst) VALUES($1, $2) RETURNING number", id, worst).ExecuteScalar()!; // RETURNING gives the row
    });

    /// <summary>Writes what a request did cost.</summary>
    public Task SettleAsync(long number, long actual) => _store.WriteAsync(statements =>
        statements.With("UPDATE spending SET actual = $2 WHERE number = $1", number, actual).ExecuteNonQuery());
}
