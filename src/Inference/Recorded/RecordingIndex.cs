using System.Text;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Inference.Recorded;

/// <summary>Where a recording's calls lie in its file. Only keys and places are held in memory.</summary>
internal sealed class RecordingIndex
{
    // What every recording begins with, a torn one too.
    private static readonly byte[] Beginning = Encoding.UTF8.GetBytes("""{"recording":"r2synth-recording/""");

    private readonly Dictionary<UInt128, (long Offset, int Length)> _places = [];

    /// <summary>The last header; null for a file that ends before its first one does.</summary>
    public RecordingHeader? Header { get; set; }

    /// <summary>Where the next line goes: after the last whole one.</summary>
    public long End { get; set; }

    /// <summary>How many calls there are.</summary>
    public int Count => _places.Count;

    /// <summary>Reads a file once from front to end. A last line without its end was torn by a process that was killed, and is passed over.</summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">It is no recording, or one of another version, or a line is damaged.</exception>
    public static async Task<RecordingIndex> ReadAsync(Stream file, string path, CancellationToken cancellationToken)
    {
        RecordingIndex index = new();
        byte[] buffer = new byte[1 << 16];
        int filled = 0, line = 0;
        while (true)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            int read = await file.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0) break;
            filled += read;
            int start = 0;
            for (int length; (length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += length + 1)
            {
                index.Add(buffer.AsMemory(start, length), path, ++line);
                index.End += length + 1;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }

        int same = Math.Min(filled, Beginning.Length);
        if (index.Header is null && !buffer.AsSpan(0, same).SequenceEqual(Beginning.AsSpan(0, same))) throw NoRecording(path);
        return index;
    }

    /// <summary>Adds a call; only the first of a key counts.</summary>
    /// <returns>Whether it is the first.</returns>
    public bool TryAdd(UInt128 key, long offset, int length) => _places.TryAdd(key, (offset, length));

    /// <summary>Whether there is such a call.</summary>
    public bool Contains(UInt128 key) => _places.ContainsKey(key);

    /// <summary>Where a call's line lies, without its end; null where there is none.</summary>
    public (long Offset, int Length)? Find(UInt128 key) => _places.TryGetValue(key, out (long, int) place) ? place : null;

    private void Add(ReadOnlyMemory<byte> line, string path, int number)
    {
        try
        {
            Utf8JsonReader reader = new(line.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
                throw new JsonException("it is no object");
            if (reader.ValueTextEquals("recording"))
            {
                RecordingHeader header = JsonSerializer.Deserialize<RecordingHeader>(line.Span, RecordingJson.Options) ?? throw new JsonException("it is null");
                if (header.Recording != RecordingHeader.CurrentFormat)
                    throw new InputException($"{path} line {number}: the recording's format is '{header.Recording}', and this program reads '{RecordingHeader.CurrentFormat}'. Record again.");
                Header = header;
                return;
            }

            if (Header is null) throw NoRecording(path);
            if (!reader.ValueTextEquals("key") || !reader.Read() || reader.TokenType != JsonTokenType.String) throw new JsonException("'key' does not come first");
            TryAdd(RecordingJson.Number(reader.GetString() ?? ""), End, line.Length);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or OverflowException)
        {
            if (Header is null) throw NoRecording(path);
            throw new InputException($"{path} line {number} is damaged: {fault.Message} Delete the line, or record again.", fault);
        }
    }

    private static InputException NoRecording(string path) =>
        new($"{path} is no recording: the first line of one begins with {Encoding.UTF8.GetString(Beginning)}. Name a file that a backend's RecordTo wrote, or for RecordTo one that is not there yet.");
}
