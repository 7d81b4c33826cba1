using System.Text.Json.Serialization;

namespace R2Synth.Records.Output;

/// <summary>The shapes of the JSONL files, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(OriginConverter), typeof(OrdinalTextMapConverter), typeof(OrdinalNumberMapConverter)])]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(Reject))]
[JsonSerializable(typeof(Passage))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
