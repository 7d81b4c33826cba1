using System.Buffers.Binary;
using System.Text;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Inference.Tests.LlamaCpp;

/// <summary>A copy of a GGUF with other metadata: the same weights as a model of another kind.</summary>
internal static class GgufCopy
{
    private const int FirstValue = 24; // after magic, version and both counts

    /// <summary>Writes a copy in which the given texts and truths stand in place of what the source says under those keys.</summary>
    public static void Write(string source, string target, params (string Key, object Value)[] values)
    {
        using FileStream from = File.OpenRead(source);
        byte[] header = new byte[GgufHeader.Read(source).DataOffset];
        from.ReadExactly(header);
        List<byte> added = [];
        foreach ((string key, object value) in values)
        {
            added.AddRange(Text(key));
            added.AddRange(value is string text ? [8, 0, 0, 0, .. Text(text)] : [7, 0, 0, 0, (bool)value ? (byte)1 : (byte)0]);
            int old = header.AsSpan().IndexOf(Text(key));
            if (old >= 0)
                header[old + 8 + key.Length - 1] = (byte)'~'; // the old one goes by another name
        }

        ulong count = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(16));
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), count + (ulong)values.Length);
        while (added.Count % 32 != 0)
        {
            // What is added has to keep the weights aligned: one more entry, a text as long as is needed.
            added.AddRange(Text("padding.text"));
            int rest = (32 - ((added.Count + 12) % 32)) % 32;
            added.AddRange([8, 0, 0, 0, .. Text(new string(' ', rest))]);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), count + (ulong)values.Length + 1);
        }

        using FileStream to = File.Create(target);
        to.Write(header.AsSpan(0, FirstValue));
        to.Write([.. added]);
        to.Write(header.AsSpan(FirstValue));
        from.CopyTo(to);
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        return [.. length, .. bytes];
    }
}
