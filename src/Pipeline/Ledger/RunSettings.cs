using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>The settings that a run's outcome depends on, by key. Two with the same content have the same JSON.</summary>
internal sealed class RunSettings
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Takes settings in any order.</summary>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public RunSettings(IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach ((string key, string value) in settings)
        {
            _values.Add(key, value);
        }
    }

    /// <summary>The settings as one JSON object, sorted by ordinal key.</summary>
    public string ToJson() => JsonSerializer.Serialize(_values);

    /// <summary>Reads what <see cref="ToJson"/> gave.</summary>
    /// <param name="json">The object.</param>
    /// <param name="path">The run's folder, for the message.</param>
    /// <exception cref="InputException">It is something else.</exception>
    public static RunSettings Parse(string json, string path)
    {
        try
        {
            return new RunSettings(JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? []);
        }
        catch (JsonException fault)
        {
            throw new InputException($"--out {path}: the settings in its ledger cannot be read. Give a new --out; finished model calls are still in the cache.", fault);
        }
    }

    /// <summary>One line for each setting that another run has differently, sorted by key.</summary>
    public IReadOnlyList<string> DifferencesTo(RunSettings now) =>
    [
        .. _values.Keys.Union(now._values.Keys).Order(StringComparer.Ordinal)
            .Select(key => (Key: key, Then: _values.GetValueOrDefault(key), Now: now._values.GetValueOrDefault(key)))
            .Where(setting => setting.Then != setting.Now)
            .Select(setting => $"{setting.Key}: {Quote(setting.Then)} then, {Quote(setting.Now)} now"),
    ];

    private static string Quote(string? value) => value is null ? "not set" : $"'{value}'";
}
