using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using R2Synth.Records;

namespace R2Synth.EndToEnd.Tests;

/// <summary>What a finished run's files say.</summary>
internal static class RunFiles
{
    /// <summary>The groups of the JSONL shards in a run's folder, of one split or of all.</summary>
    public static async Task<IReadOnlyList<Group>> GroupsAsync(string run, string split = "*")
    {
        List<Group> groups = [];
        foreach (string file in Directory.GetFiles(Path.Combine(run, "shards"), $"{split}-*.jsonl").Order(StringComparer.Ordinal))
        {
            await foreach (Group group in GroupJsonlReader.ReadAsync(file)) groups.Add(group);
        }

        return groups;
    }

    /// <summary>Model calls that the last start of a run made.</summary>
    public static long CallsMade(string run)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run, "run.json")));
        return json.RootElement.GetProperty("calls").GetProperty("made").GetInt64();
    }

    /// <summary>The rows of a query over Parquet, their values parted by a bar.</summary>
    public static IReadOnlyList<string> Query(string sql)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        using DuckDBDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
