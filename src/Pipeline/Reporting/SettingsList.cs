using System.Text.Json;

namespace R2Synth.Pipeline.Reporting;

/// <summary>Settings as a flat list: what <c>run.json</c> shows, and what a resumed run is compared by.</summary>
internal static class SettingsList
{
    /// <summary>Every value of an options object under its configuration key (<c>Backends:embedded:Model</c>), sorted by ordinal key.</summary>
    /// <param name="options">For instance <see cref="R2SynthOptions"/>. Keys of servers are named there by their environment variable and never resolved.</param>
    /// <returns>Each key once. A value that is null is left out; user and password of an address are replaced.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Flatten<TOptions>(TOptions options)
    {
        SortedDictionary<string, string> values = new(StringComparer.Ordinal);
        Add(values, "", JsonSerializer.SerializeToElement(options));
        return [.. values];
    }

    private static void Add(SortedDictionary<string, string> values, string key, JsonElement element)
    {
        string prefix = key.Length == 0 ? "" : $"{key}:";
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Add(values, prefix + property.Name, property.Value);
                }

                break;
            case JsonValueKind.Array:
                int place = 0;
                foreach (JsonElement entry in element.EnumerateArray())
                {
                    Add(values, $"{prefix}{place++}", entry);
                }

                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String:
                values.Add(key, WithoutPassword(element.GetString() ?? ""));
                break;
            default:
                values.Add(key, element.GetRawText());
                break;
        }
    }

    private static string WithoutPassword(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? address) && address.UserInfo.Length > 0
            ? value.Replace($"{address.UserInfo}@", "***@", StringComparison.Ordinal)
            : value;
}
