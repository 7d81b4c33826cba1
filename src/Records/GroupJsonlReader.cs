using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using R2Synth.Records.Corpora;

namespace R2Synth.Records;

/// <summary>Reads groups from a <c>.jsonl</c> or <c>.jsonl.gz</c> file. Thread-safe.</summary>
public static class GroupJsonlReader
{
    /// <summary>The groups in the order of the file; memory depends on the longest line.</summary>
    /// <exception cref="InputException">The file cannot be read, or a line is not a group; the message names file, line and column.</exception>
    public static async IAsyncEnumerable<Group> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach ((int number, ReadOnlyMemory<byte> line) in LineReader.ReadAsync(path, cancellationToken))
            yield return Parse(line, path, number);
    }

    private static Group Parse(ReadOnlyMemory<byte> line, string path, int number)
    {
        try
        {
            return GroupJson.Deserialize(line.Span);
        }
        catch (JsonException e)
        {
            int bytes = (int)Math.Min(e.BytePositionInLine ?? 0, line.Length);
            string field = e.Path is null or "$" ? "" : $" field '{e.Path.TrimStart('$', '.')}'";
            throw new InputException($"{path} line {number} column {Encoding.UTF8.GetCharCount(line.Span[..bytes]) + 1}{field}: is not a group. {e.Message.Split(" Path: ")[0]} Each line is one group as R2Synth writes it.", e);
        }
    }
}
