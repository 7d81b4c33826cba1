using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using R2Synth.Records;
using SQLitePCL;

namespace R2Synth.Pipeline.Ledger;

/// <summary>
/// A SQLite file of ours: opened and checked, with pooled connections for reading and one writer that commits many writes together.
/// Write-ahead log with <c>synchronous=NORMAL</c>: a killed process loses nothing that was committed; a power cut may lose the last commits, never the file.
/// </summary>
internal sealed class SqliteStore : IAsyncDisposable
{
    private readonly ConcurrentBag<SqliteStatements> _readers = [];
    private readonly StoreKind _kind;
    private readonly string _connectionString;
    private readonly SqliteStatements _writing;
    private readonly GroupCommit _writer;
    private bool _disposed;

    private SqliteStore(string path, StoreKind kind)
    {
        Path = path;
        _kind = kind;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = SqliteFailure.BusySeconds }.ToString();
        _writing = new SqliteStatements(Connect());
        try
        {
            Prepare(_writing.Connection);
        }
        catch
        {
            _writing.Dispose();
            throw;
        }

        _writer = new GroupCommit(_writing, Explain);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Opens a file, or makes it together with its folder.</summary>
    /// <exception cref="InputException">It is damaged, foreign, of another version, read-only, or cannot be made.</exception>
    public static SqliteStore Open(string path, StoreKind kind)
    {
        try
        {
            string full = System.IO.Path.GetFullPath(path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full) ?? full);
            return new SqliteStore(path, kind);
        }
        catch (SqliteException fault)
        {
            throw SqliteFailure.Explain(fault, path, kind);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the {kind.Name} cannot be made: {fault.Message} Choose a folder that can be written to.", fault);
        }
    }

    /// <summary>Reads on a connection of the pool; any number at once.</summary>
    /// <exception cref="InputException">The file is damaged or gone.</exception>
    public T Read<T>(Func<SqliteStatements, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SqliteStatements? statements = null;
        try
        {
            if (!_readers.TryTake(out statements))
            {
                statements = new SqliteStatements(Connect());
            }

            T value = read(statements);
            _readers.Add(statements);
            return value;
        }
        catch (Exception fault)
        {
            statements?.Dispose();
            if (fault is SqliteException failure)
            {
                throw Explain(failure);
            }

            throw;
        }
    }

    /// <summary>Writes; done when the transaction that holds it is committed.</summary>
    /// <param name="write">Runs on the writer's connection inside its transaction.</param>
    /// <exception cref="InputException">The disk is full or read-only, or the file is damaged.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteStatements, T> write) => _writer.WriteAsync(write);

    /// <summary>Waits for all writes, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _writer.DisposeAsync();
        while (_readers.TryTake(out SqliteStatements? statements))
        {
            statements.Dispose();
        }

        _writing.Dispose();
    }

    private InputException Explain(SqliteException fault) => SqliteFailure.Explain(fault, Path, _kind);

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new(_connectionString);
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout={SqliteFailure.BusySeconds * 1000}");
            Execute(connection, "PRAGMA synchronous=NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Prepare(SqliteConnection connection)
    {
        // Look before anything is written: the file may be someone else's.
        if (Number(connection, "PRAGMA application_id") != _kind.ApplicationId)
        {
            if (Number(connection, "SELECT count(*) FROM sqlite_schema") > 0)
            {
                // Another process of ours may have made it between the two looks.
                if (Number(connection, "PRAGMA application_id") != _kind.ApplicationId)
                {
                    throw new InputException($"{Path}: this is a SQLite file, but not a {_kind.Name}. {_kind.Remedy}");
                }
            }
            else
            {
                Execute(connection, "PRAGMA journal_mode=WAL");
                Create(connection);
            }
        }

        long version = Number(connection, "PRAGMA user_version");
        if (version != _kind.Version)
        {
            throw new InputException($"{Path}: this {_kind.Name} has format {version}, and this program reads format {_kind.Version}. {_kind.Remedy}");
        }

        Execute(connection, "PRAGMA journal_mode=WAL");
        if (raw.sqlite3_db_readonly(connection.Handle, "main") != 0)
        {
            throw new InputException($"{Path}: the {_kind.Name} is read-only. Make the file and its folder writable, or choose another place.");
        }
    }

    private void Create(SqliteConnection connection)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        if (Number(connection, "PRAGMA application_id", transaction) == 0)
        {
            Execute(connection, _kind.Schema, transaction);
            Execute(connection, $"PRAGMA user_version={_kind.Version}", transaction);
            Execute(connection, $"PRAGMA application_id={_kind.ApplicationId}", transaction);
        }

        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this file only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this file only.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
