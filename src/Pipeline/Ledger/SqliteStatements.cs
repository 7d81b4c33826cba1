using Microsoft.Data.Sqlite;

namespace R2Synth.Pipeline.Ledger;

/// <summary>A connection and its statements, each compiled once. Not thread-safe.</summary>
/// <param name="connection">Disposed of together with the statements.</param>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>The connection.</summary>
    public SqliteConnection Connection => connection;

    /// <summary>A statement with its values, ready to be run; of the same text only one may run at a time.</summary>
    /// <param name="sql">A constant.</param>
    /// <param name="values">The values of <c>$1</c>, <c>$2</c> and so on; null for NULL.</param>
    public SqliteCommand With(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this folder only.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            _commands.Add(sql, command);
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
