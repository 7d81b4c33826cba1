using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace R2Synth.Testing;

/// <summary>Writes a JSON object into bytes; each thread keeps one buffer.</summary>
internal static class JsonBody
{
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _kept;

    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        if (_kept is not { } kept)
        {
            ArrayBufferWriter<byte> buffer = new(4096);
            _kept = kept = (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }));
        }

        kept.Buffer.ResetWrittenCount();
        kept.Writer.Reset();
        kept.Writer.WriteStartObject();
        members(kept.Writer);
        kept.Writer.WriteEndObject();
        kept.Writer.Flush();
        return kept.Buffer.WrittenSpan.ToArray();
    }
}
