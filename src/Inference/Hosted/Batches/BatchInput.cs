using System.Buffers;
using System.Text;
using System.Text.Json;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>The form of a batch's input file: a line a request.</summary>
internal static class BatchInput
{
    /// <summary>The address of the ordinary chat path, as lines and batches name it.</summary>
    public const string Endpoint = "/v1/chat/completions";

    private static readonly byte[] End = "}\n"u8.ToArray();

    /// <summary>A request's body on one line, without blanks between its parts: its bytes, not its layout, say what is asked.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static byte[] Compact(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        ArrayBufferWriter<byte> buffer = new(body.Length);
        using (Utf8JsonWriter writer = new(buffer)) document.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Bytes of a request's line.</summary>
    public static long Length(string id, byte[] body) => Start(id).Length + body.Length + End.Length;

    /// <summary>Writes a request's line.</summary>
    public static async Task WriteAsync(Stream file, string id, byte[] body)
    {
        await file.WriteAsync(Start(id));
        await file.WriteAsync(body);
        await file.WriteAsync(End);
    }

    private static byte[] Start(string id) => Encoding.UTF8.GetBytes($"{{\"custom_id\":\"{id}\",\"method\":\"POST\",\"url\":\"{Endpoint}\",\"body\":");
}
