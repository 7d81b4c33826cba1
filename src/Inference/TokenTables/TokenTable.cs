using System.Buffers.Binary;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Inference.TokenTables;

/// <summary>A token table: one vector a token of a vocabulary. Immutable.</summary>
public sealed class TokenTable
{
    private const string Tensor = "embeddings";
    private const int LongestHeader = 1 << 20;

    private readonly float[] _values;

    private TokenTable(float[] values, int dimensions) => (_values, Dimensions) = (values, dimensions);

    /// <summary>Tokens.</summary>
    public int Rows => _values.Length / Dimensions;

    /// <summary>Values a token.</summary>
    public int Dimensions { get; }

    /// <summary>All rows one after the other: <see cref="Rows"/> x <see cref="Dimensions"/>.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One token's vector.</summary>
    /// <param name="token">A token's id, in [0, <see cref="Rows"/>).</param>
    public ReadOnlySpan<float> Row(int token) => _values.AsSpan(token * Dimensions, Dimensions);

    /// <summary>Reads the tensor <c>embeddings</c>, F16 or F32 of two dimensions, from a safetensors file.</summary>
    /// <exception cref="InputException">The file is missing, cut short, or holds no such tensor.</exception>
    public static async Task<TokenTable> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        byte[] file;
        try
        {
            file = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the token table cannot be read: {e.Message} models/README.md says where it comes from.", e);
        }

        try
        {
            long header = file.Length < 8 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(file);
            if (header is < 2 or > LongestHeader || 8 + header > file.Length) throw new InvalidDataException("it does not begin with a safetensors header");
            using JsonDocument description = JsonDocument.Parse(file.AsMemory(8, (int)header));
            if (!description.RootElement.TryGetProperty(Tensor, out JsonElement tensor)) throw new InvalidDataException($"it holds no tensor '{Tensor}'");
            int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            long[] offsets = [.. tensor.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
            if (shape is not [> 0, > 0]) throw new InvalidDataException($"its shape is [{string.Join(", ", shape)}]; it must have rows and columns");
            string type = tensor.GetProperty("dtype").GetString() ?? "";
            int width = type switch { "F16" => 2, "F32" => 4, _ => throw new InvalidDataException($"its type is {type}; allowed: F16, F32") };
            long bytes = (long)shape[0] * shape[1] * width;
            if (offsets is not [>= 0, _] || offsets[1] - offsets[0] != bytes || 8 + header + offsets[1] > file.Length)
                throw new InvalidDataException($"{bytes} bytes are expected and {file.Length - 8 - header} are there");
            return new TokenTable(Decode(file.AsSpan((int)(8 + header + offsets[0]), (int)bytes), width), shape[1]);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{path}: is no token table: {e.Message.TrimEnd('.')}. Fetch the file again; models/README.md says where it comes from.", e);
        }
    }

    private static float[] Decode(ReadOnlySpan<byte> bytes, int width)
    {
        float[] values = new float[bytes.Length / width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = width == 2
                ? (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * 2)..])
                : BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * 4)..]);
        }

        return values;
    }
}
