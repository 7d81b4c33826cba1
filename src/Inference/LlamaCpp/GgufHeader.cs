using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>What a GGUF says of itself before its weights: metadata and the places of its tensors. Nothing is loaded.</summary>
/// <remarks>The format: ggml's <c>docs/gguf.md</c>, versions 2 and 3.</remarks>
public sealed class GgufHeader
{
    // Longer texts than a chat template are no metadata but damage; longer arrays are only counted.
    private const long LongestText = 1 << 26;
    private const int LongestKeptArray = 1024;

    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _bytesOfType = new(StringComparer.Ordinal);

    private GgufHeader(string path, long bytes)
    {
        Path = path;
        Bytes = bytes;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Bytes that the file has.</summary>
    public long Bytes { get; }

    /// <summary>Bytes that a whole file has at least: the end of the last tensor.</summary>
    public long NeededBytes { get; private set; }

    /// <summary>Number of tensors.</summary>
    public long Tensors { get; private set; }

    /// <summary>Weights in all tensors together.</summary>
    public long Parameters { get; private set; }

    /// <summary>The architecture, as llama.cpp calls it; empty where the file does not say.</summary>
    public string Architecture => Text("general.architecture") ?? "";

    /// <summary>The type of most weights, such as <c>Q4_K_M</c>.</summary>
    public string Quantization => GgufTypes.FileType(Number("general.file_type")) ?? _bytesOfType.MaxBy(type => type.Value).Key ?? "none";

    /// <summary>Tokens that the model was trained to hold; null where the file does not say.</summary>
    public int? TrainedContext => (int?)Number($"{Architecture}.context_length");

    /// <summary>The model's chat template; null where it has none.</summary>
    public string? ChatTemplate => Text("tokenizer.chat_template");

    /// <summary>Whether it embeds text rather than writes it.</summary>
    public bool Embeds => Value($"{Architecture}.attention.causal") is false || Number($"{Architecture}.pooling_type") is > 0;

    /// <summary>Whether its state is not one key and value a token (Mamba, RWKV and the like), so that it does not run in this process.</summary>
    public bool Recurrent => Value($"{Architecture}.ssm.state_size") is not null || Value($"{Architecture}.wkv.head_size") is not null;

    /// <summary>The file that this one is a part of, as (number from 1, parts); null for a file of its own.</summary>
    public (int Part, int Parts)? Split => Number("split.count") is { } parts and > 1 ? ((int)(Number("split.no") ?? 0) + 1, (int)parts) : null;

    /// <summary>Where the weights begin.</summary>
    internal long DataOffset { get; private set; }

    /// <summary>llama.cpp's number of the type of most weights (<c>llama_ftype</c>); null where the file does not say.</summary>
    internal long? FileType => Number("general.file_type");

    /// <summary>Reads a header.</summary>
    /// <exception cref="InputException">The file is no GGUF, of another version, or ends within its header.</exception>
    public static GgufHeader Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        GgufHeader header = new(path, file.Length);
        CheckMagic(file, path);
        try
        {
            using BinaryReader reader = new(file, Encoding.UTF8, leaveOpen: true);
            header.ReadAll(reader);
            return header;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The model '{path}' is cut short or damaged: its header breaks off at byte {file.Position:N0} of {file.Length:N0}. Fetch the file again."), e);
        }
    }

    /// <summary>Makes sure that the file is as long as its header says.</summary>
    /// <exception cref="InputException">It is shorter; the message has both sizes.</exception>
    public void CheckWhole()
    {
        if (Bytes < NeededBytes)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The model '{Path}' is cut short: its {Tensors} tensors end at byte {NeededBytes:N0}, and the file has {Bytes:N0} bytes. Fetch the file again."));
        }
    }

    /// <summary>Bytes that keys and values of one token take in all layers.</summary>
    /// <param name="type">How they are stored.</param>
    /// <returns>0 where the file does not say enough to tell.</returns>
    internal double KvBytesPerToken(KvType type)
    {
        string name = Architecture;
        long layers = Number($"{name}.block_count") ?? 0;
        long heads = Number($"{name}.attention.head_count") ?? 0;
        if (layers == 0 || heads == 0)
            return 0;

        long head = (Number($"{name}.embedding_length") ?? 0) / heads;
        long width = (Number($"{name}.attention.key_length") ?? head) + (Number($"{name}.attention.value_length") ?? head);
        double kvHeads = Value($"{name}.attention.head_count_kv") switch
        {
            long same => same * layers,
            long[] each => each.Sum(),
            _ => heads * layers,
        };
        return kvHeads * width * type.BytesPerValue;
    }

    /// <summary>A text of the metadata; null where there is none of that name.</summary>
    internal string? Text(string key) => Value(key) as string;

    /// <summary>An integer of the metadata; null where there is none of that name.</summary>
    internal long? Number(string key) => Value(key) as long?;

    /// <summary>A value of the metadata: a text, a long, a double, a bool, or a list of them; null where there is none of that name, or its list is long.</summary>
    internal object? Value(string key) => _values.GetValueOrDefault(key);

    private static void CheckMagic(FileStream file, string path)
    {
        Span<byte> magic = stackalloc byte[4];
        int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (read < magic.Length || !magic.SequenceEqual("GGUF"u8))
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The model '{path}' is not a GGUF file: it has {file.Length:N0} bytes and begins with {(read == 0 ? "nothing" : Convert.ToHexString(magic[..read]))} instead of 'GGUF'. Convert the model with llama.cpp's convert_hf_to_gguf.py, or fetch a GGUF."));
        }
    }

    private void ReadAll(BinaryReader reader)
    {
        uint version = reader.ReadUInt32();
        if (version is not (2 or 3))
            throw new InputException($"The model '{Path}' is a GGUF of version {(version > 0xFFFF ? $"{BinaryPrimitives.ReverseEndianness(version)} for big-endian machines" : version)}. Supported: 2 and 3, little-endian.");

        Tensors = Count(reader, 24);
        long values = Count(reader, 12);
        for (long i = 0; i < values; i++)
            _values[ReadText(reader)] = ReadValue(reader, reader.ReadUInt32());
        (long Offset, long Bytes) last = default;
        for (long i = 0; i < Tensors; i++)
        {
            (long Offset, long Bytes) tensor = ReadTensor(reader);
            if (tensor.Offset >= last.Offset)
                last = tensor;
        }

        long alignment = Math.Max(1, Number("general.alignment") ?? 32);
        DataOffset = (reader.BaseStream.Position + alignment - 1) / alignment * alignment;
        NeededBytes = DataOffset + last.Offset + last.Bytes;
    }

    private (long Offset, long Bytes) ReadTensor(BinaryReader reader)
    {
        _ = ReadText(reader);
        uint dimensions = reader.ReadUInt32();
        if (dimensions > 8)
            throw new InvalidDataException();
        long elements = 1;
        for (uint i = 0; i < dimensions; i++)
            elements *= reader.ReadInt64();
        uint type = reader.ReadUInt32();
        long offset = reader.ReadInt64();
        if (elements < 0 || offset < 0)
            throw new InvalidDataException();
        (string name, long bytes) = GgufTypes.Tensor(type, elements);
        Parameters += elements;
        _bytesOfType[name] = _bytesOfType.GetValueOrDefault(name) + bytes;
        return (offset, bytes);
    }

    private object ReadValue(BinaryReader reader, uint type) => type switch
    {
        0 => (long)reader.ReadByte(),
        1 => (long)reader.ReadSByte(),
        2 => (long)reader.ReadUInt16(),
        3 => (long)reader.ReadInt16(),
        4 => (long)reader.ReadUInt32(),
        5 => (long)reader.ReadInt32(),
        6 => (double)reader.ReadSingle(),
        7 => reader.ReadByte() != 0,
        8 => ReadText(reader),
        9 => ReadArray(reader),
        10 => (long)Math.Min(reader.ReadUInt64(), long.MaxValue),
        11 => reader.ReadInt64(),
        12 => reader.ReadDouble(),
        _ => throw new InvalidDataException(),
    };

    // Vocabularies are walked over and forgotten; numbers a layer are kept.
    private object ReadArray(BinaryReader reader)
    {
        uint type = reader.ReadUInt32();
        long length = Count(reader, 1);
        List<object> kept = [];
        for (long i = 0; i < length; i++)
        {
            object value = ReadValue(reader, type);
            if (length <= LongestKeptArray)
                kept.Add(value);
        }

        return kept.Count > 0 && kept.TrueForAll(value => value is long) ? kept.Cast<long>().ToArray() : kept;
    }

    private static string ReadText(BinaryReader reader)
    {
        long length = Count(reader, 1);
        if (length > LongestText)
            throw new InvalidDataException();
        byte[] bytes = reader.ReadBytes((int)length);
        return bytes.Length == length ? Encoding.UTF8.GetString(bytes) : throw new EndOfStreamException();
    }

    // A count that the rest of the file cannot hold is damage, not a reason to read on for hours.
    private static long Count(BinaryReader reader, int leastBytes)
    {
        long count = reader.ReadInt64();
        return count >= 0 && count <= (reader.BaseStream.Length - reader.BaseStream.Position) / leastBytes ? count : throw new EndOfStreamException();
    }
}
