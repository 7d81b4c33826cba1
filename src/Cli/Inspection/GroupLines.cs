using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using R2Synth.Records;

namespace R2Synth.Cli.Inspection;

/// <summary>Reads groups back from JSONL shards, one at a time.</summary>
internal static class GroupLines
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <exception cref="InputException">A line is no group.</exception>
    public static IAsyncEnumerable<Group> ReadAsync(string path, string name, CancellationToken cancellationToken) =>
        ReadAsync<Group>(path, name, "group", cancellationToken);

    /// <exception cref="InputException">A line is no reject.</exception>
    public static IAsyncEnumerable<Reject> ReadRejectsAsync(string path, string name, CancellationToken cancellationToken) =>
        ReadAsync<Reject>(path, name, "reject", cancellationToken);

    private static async IAsyncEnumerable<T> ReadAsync<T>(
        string path, string name, string what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int number = 0;
        await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (line.Length > 0) yield return Parse<T>(line, name, number, what);
        }
    }

    private static T Parse<T>(string line, string name, int number, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("The line is null.");
        }
        catch (JsonException e)
        {
            string reason = e.Message.Split(" Path:")[0];
            throw new InputException($"{name} line {number}: this is no {what}. {reason} Run the same r2synth run command again to write the file anew.", e);
        }
    }
}
