using Microsoft.Data.Sqlite;

namespace R2Synth.EndToEnd.Tests;

/// <summary>Looks into a cache of model calls, also while a run fills it.</summary>
internal static class CacheFile
{
    /// <summary>The keys of the replies that are kept; none where there is no cache yet.</summary>
    public static IReadOnlySet<string> Keys(string path)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        if (!File.Exists(path)) return keys;
        try
        {
            using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT key FROM calls";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read()) keys.Add(reader.GetString(0));
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 1 or 5)
        {
            // The program is just making its table.
        }

        return keys;
    }
}
