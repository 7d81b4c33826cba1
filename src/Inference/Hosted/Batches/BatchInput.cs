using System.Text;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>The form of a batch's input file: a line a request.</summary>
internal static class BatchInput
{
    private static readonly byte[] End = "}\n"u8.ToArray();

    /// <summary>The address of the ordinary chat path, as a server's lines and batches name it.</summary>
    public static string Address(HostedEndpoint endpoint) => endpoint.IsAzure ? "/chat/completions" : "/v1/chat/completions";

    /// <summary>A request's body on one line, without blanks between its parts; what stands in quotes stays as it is, to the byte. (A prompt's schema may have been laid out over several lines.)</summary>
    /// <param name="json">JSON, UTF-8.</param>
    public static byte[] Compact(ReadOnlySpan<byte> json)
    {
        byte[] compact = new byte[json.Length];
        int length = 0;
        bool quoted = false, escaped = false;
        foreach (byte one in json)
        {
            if (!quoted && " \t\r\n"u8.Contains(one)) continue;
            compact[length++] = one;
            if (one == (byte)'"' && !escaped) quoted = !quoted;
            escaped = one == (byte)'\\' && !escaped;
        }

        return compact[..length];
    }

    /// <summary>Bytes of a request's line.</summary>
    public static long Length(string address, string id, byte[] body) => Start(address, id).Length + body.Length + End.Length;

    /// <summary>Writes a request's line.</summary>
    public static async Task WriteAsync(Stream file, string address, string id, byte[] body)
    {
        await file.WriteAsync(Start(address, id));
        await file.WriteAsync(body);
        await file.WriteAsync(End);
    }

    private static byte[] Start(string address, string id) => Encoding.UTF8.GetBytes($"{{\"custom_id\":\"{id}\",\"method\":\"POST\",\"url\":\"{address}\",\"body\":");
}
