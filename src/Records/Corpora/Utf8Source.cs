using System.Text;
using System.Text.Unicode;

namespace R2Synth.Records.Corpora;

/// <summary>Strict UTF-8: bytes that are not text are named, not replaced.</summary>
internal static class Utf8Source
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>The text of a whole file, without a byte-order mark, lines ended by LF.</summary>
    /// <exception cref="InputException">The file is binary or not UTF-8, or cannot be read.</exception>
    public static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }

        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new InputException($"{path}: is UTF-16; documents must be UTF-8. Save it as UTF-8, for instance with 'iconv -f UTF-16 -t UTF-8'.");
        int nul = bytes.AsSpan().IndexOf((byte)0);
        if (nul >= 0)
            throw new InputException($"{path}: is a binary file (a NUL byte at offset {nul}), but its extension says text. Take it out of the folder or give it the extension of its own format.");
        if (InvalidOffset(bytes) is int offset)
            throw new InputException($"{path} line {1 + bytes.AsSpan(0, offset).Count((byte)'\n')}: is not valid UTF-8 (byte 0x{bytes[offset]:X2} at offset {offset}). Save it as UTF-8, for instance with 'iconv -f WINDOWS-1252 -t UTF-8'.");
        return Encoding.UTF8.GetString(WithoutMark(bytes)).ReplaceLineEndings("\n");
    }

    /// <summary>The bytes after a byte-order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark) ? bytes[Mark.Length..] : bytes;

    /// <summary>Where the first byte is that is not UTF-8; null where all are.</summary>
    public static int? InvalidOffset(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return null;
        int offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
            offset += consumed;
        return offset;
    }
}
