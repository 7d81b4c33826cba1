using System.Globalization;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Cli.Settings;

/// <summary>A JSON file of settings as flat keys that know their lines (the usual JSON provider forgets them).</summary>
internal sealed class SettingsFile
{
    public const string Root = "R2Synth";

    private readonly Dictionary<string, SettingsValue> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _name;

    private SettingsFile(string name) => _name = name;

    /// <summary>Every leaf, in the order of the file, foreign top-level keys included.</summary>
    public IReadOnlyCollection<SettingsValue> Values => _values.Values;

    /// <summary>Whether it has the key <c>R2Synth</c>, or one so like it that it must be a slip.</summary>
    public bool IsOurs => _values.Keys.Any(key => Nearest.To(key.Split(':')[0], [Root]) is not null);

    /// <summary>Reads a file. Comments and trailing commas are allowed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InputException">It cannot be read, is not JSON, is no object, or sets a key twice.</exception>
    public static SettingsFile Read(string path, string name)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Settings file {name} cannot be read: {e.Message}", e);
        }

        ReadOnlySpan<byte> json = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes;
        var file = new SettingsFile(name);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new InputException($"{name} line 1: a settings file is a JSON object, {{ \"{Root}\": {{ ... }} }}.");
            }

            file.ReadObject(ref reader, json, "");
            reader.Read();   // what follows the object is an error of the JSON
        }
        catch (JsonException e)
        {
            string reason = e.Message.Split(" LineNumber:")[0];
            throw new InputException($"{name} line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON. {reason}", e);
        }

        return file;
    }

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string prefix)
    {
        string origin = Origin(reader, json);
        bool empty = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            empty = false;
            string key = Join(prefix, reader.GetString() ?? "");
            string keyOrigin = Origin(reader, json);
            reader.Read();
            ReadValue(ref reader, json, key, keyOrigin);
        }

        if (empty && prefix.Length > 0) Add(prefix, null, origin);
    }

    private void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string key, string origin)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref reader, json, key);
                break;
            case JsonTokenType.StartArray:
                int index = 0;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadValue(ref reader, json, Join(key, index.ToString(CultureInfo.InvariantCulture)), Origin(reader, json));
                    index++;
                }

                if (index == 0) Add(key, null, origin);
                break;
            case JsonTokenType.Null:
                Add(key, null, origin);
                break;
            case JsonTokenType.String:
                Add(key, reader.GetString(), origin);
                break;
            default:
                Add(key, System.Text.Encoding.UTF8.GetString(reader.ValueSpan), origin);
                break;
        }
    }

    private void Add(string key, string? value, string origin)
    {
        if (!_values.TryAdd(key, new SettingsValue(key, value, origin)))
        {
            throw new InputException($"{origin}: {key} is set twice, first in {_values[key].Origin}. Keep one.");
        }
    }

    private string Origin(in Utf8JsonReader reader, ReadOnlySpan<byte> json) =>
        $"{_name} line {json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1}";

    private static string Join(string prefix, string key) => prefix.Length == 0 ? key : $"{prefix}:{key}";
}
