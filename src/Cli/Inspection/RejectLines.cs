using System.Runtime.CompilerServices;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Cli.Inspection;

/// <summary>Reads <c>rejects.jsonl</c>, one reject at a time.</summary>
internal static class RejectLines
{
    /// <exception cref="InputException">A line is no reject.</exception>
    public static async IAsyncEnumerable<Reject> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int number = 0;
        await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (line.Length > 0) yield return Parse(line, path, number);
        }
    }

    private static Reject Parse(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<Reject>(line, GroupJson.Options) ?? throw new JsonException("The line is null.");
        }
        catch (JsonException e)
        {
            string reason = e.Message.Split(" Path:")[0];
            throw new InputException($"{path} line {number}: this is no reject. {reason} Run the same r2synth run command again to write the file anew.", e);
        }
    }
}
