using System.Text;

namespace R2Synth.Cli.Tests;

/// <summary>A GGUF that is whole and holds next to nothing: 65,536 weights in F32.</summary>
internal static class TinyGguf
{
    public static byte[] Bytes(string architecture = "llama", bool pooled = false, bool recurrent = false, byte filling = 1)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write(1L);
        writer.Write(4L + (pooled ? 1 : 0) + (recurrent ? 1 : 0));
        Text(writer, "general.architecture");
        writer.Write(8);
        Text(writer, architecture);
        Text(writer, "general.file_type");
        writer.Write(4);
        writer.Write(0);
        Text(writer, $"{architecture}.context_length");
        writer.Write(4);
        writer.Write(2048);
        Text(writer, "tokenizer.chat_template");
        writer.Write(8);
        Text(writer, "<|im_start|>");
        if (pooled)
        {
            Text(writer, $"{architecture}.pooling_type");
            writer.Write(4);
            writer.Write(1);
        }

        if (recurrent)
        {
            Text(writer, $"{architecture}.ssm.state_size");
            writer.Write(4);
            writer.Write(16);
        }

        Text(writer, "token_embd.weight");
        writer.Write(2);
        writer.Write(64L);
        writer.Write(1024L);
        writer.Write(0);
        writer.Write(0L);
        while (bytes.Length % 32 != 0) writer.Write((byte)0);
        for (int i = 0; i < 64 * 1024 * 4; i++) writer.Write((byte)(filling + (i / 1000)));
        writer.Flush();
        return bytes.ToArray();
    }

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write((long)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }
}
