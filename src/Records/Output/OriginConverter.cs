using System.Text.Json;
using System.Text.Json.Serialization;

namespace R2Synth.Records.Output;

/// <summary>Origins in lower case.</summary>
internal sealed class OriginConverter : JsonConverter<Origin>
{
    public override Origin Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string name = reader.TokenType == JsonTokenType.String ? reader.GetString() ?? "" : "";
        return OriginNames.Parse(name) ?? throw new JsonException($"'{name}' is not an origin (seed, mined, relabelled, generated).");
    }

    public override void Write(Utf8JsonWriter writer, Origin value, JsonSerializerOptions options) => writer.WriteStringValue(OriginNames.Of(value));
}
