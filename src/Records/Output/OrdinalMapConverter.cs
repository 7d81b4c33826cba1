using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace R2Synth.Records.Output;

/// <summary>Maps keep their ordinal order when they are read back.</summary>
internal abstract class OrdinalMapConverter<T> : JsonConverter<SortedDictionary<string, T>>
{
    public override SortedDictionary<string, T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An object of names and values is needed.");
        JsonTypeInfo<T> type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        SortedDictionary<string, T> map = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString() ?? "";
            reader.Read();
            map[name] = JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException($"'{name}' is null.");
        }

        return map;
    }

    public override void Write(Utf8JsonWriter writer, SortedDictionary<string, T> value, JsonSerializerOptions options)
    {
        JsonTypeInfo<T> type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        writer.WriteStartObject();
        foreach ((string name, T entry) in value.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, entry, type);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Texts by name.</summary>
internal sealed class OrdinalTextMapConverter : OrdinalMapConverter<string>;

/// <summary>Numbers by name.</summary>
internal sealed class OrdinalNumberMapConverter : OrdinalMapConverter<double>;
