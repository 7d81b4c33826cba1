using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using R2Synth.Records;

namespace R2Synth.Inference.Recorded;

/// <summary>How a recording's lines are written: for a person to read, and for the same call always the same bytes.</summary>
internal static class RecordingJson
{
    /// <summary>Letters beyond ASCII as they are; a log-probability of minus infinity as a text, since JSON has no number for it.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The key of a call: a hash of its kind and its request as the line holds it.</summary>
    /// <returns>32 hexadecimal digits: 128 bits.</returns>
    public static string Key<TRequest>(string kind, TRequest request) => ContentHash.Of(kind, JsonSerializer.Serialize(request, Options))[..32];

    /// <summary>The key as the index holds it.</summary>
    /// <exception cref="FormatException">It is no key.</exception>
    public static UInt128 Number(string key) => UInt128.Parse(key, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>One line, its end included.</summary>
    public static byte[] Line<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];
}
