using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using R2Synth.Records.Output;

namespace R2Synth.Records;

/// <summary>Groups and rejects as JSON: snake_case names, non-ASCII as it is, numbers in their shortest exact form. Thread-safe.</summary>
public static class GroupJson
{
    /// <summary>The options of all record files; read-only.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    internal static JsonTypeInfo<Group> GroupType { get; } = (JsonTypeInfo<Group>)Options.GetTypeInfo(typeof(Group));

    internal static JsonTypeInfo<Reject> RejectType { get; } = (JsonTypeInfo<Reject>)Options.GetTypeInfo(typeof(Reject));

    /// <summary>A group on one line, without a line end.</summary>
    public static string Serialize(Group group) => JsonSerializer.Serialize(group, GroupType);

    /// <summary>A group from its JSON.</summary>
    /// <exception cref="JsonException">It is not a group.</exception>
    public static Group Deserialize(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, GroupType) ?? throw new JsonException("A group is needed, found null.");

    private static JsonSerializerOptions MakeOptions()
    {
        JsonSerializerOptions options = new(RecordJsonContext.Default.Options) { Encoder = RecordEncoder.Instance };
        options.MakeReadOnly();
        return options;
    }
}
