using System.Reflection;
using Microsoft.Extensions.Configuration;
using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Settings;

/// <summary>
/// Holds the keys against the options classes: unknown keys and values of the wrong type. The binder stops at the first of these and does not say
/// who set it; this reports all of them and lets only what is right through to the binder.
/// </summary>
internal sealed class SettingsCheck
{
    private readonly IReadOnlyDictionary<string, SettingsValue> _values;
    private readonly List<KeyValuePair<string, string?>> _accepted = [];
    private readonly List<string> _findings = [];

    public SettingsCheck(IReadOnlyDictionary<string, SettingsValue> values)
    {
        _values = values;
        IConfigurationRoot root = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Values.Select(v => new KeyValuePair<string, string?>(v.Key, v.Value))).Build();
        foreach (IConfigurationSection section in root.GetChildren())
        {
            if (section.Key.Equals(SettingsFile.Root, StringComparison.OrdinalIgnoreCase)) CheckProperties(section, typeof(R2SynthOptions));
            else if (section.Key != "$schema") Unknown(section, SettingsFile.Root, [SettingsFile.Root]);
        }
    }

    /// <summary>What the binder may have.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Accepted => _accepted;

    /// <summary>In the order of the keys.</summary>
    public IReadOnlyList<string> Findings => _findings;

    private void CheckProperties(IConfigurationSection section, Type type)
    {
        if (section.Value is not null)
        {
            Found(section.Path, $"is '{section.Value}', but it is a group of settings: {Names(type)}.");
        }

        PropertyInfo[] properties = type.GetProperties();
        foreach (IConfigurationSection child in section.GetChildren())
        {
            PropertyInfo? property = properties.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null) Unknown(child, section.Path, properties.Select(p => p.Name));
            else CheckValue(child, property.PropertyType, property);
        }
    }

    private void CheckValue(IConfigurationSection section, Type type, PropertyInfo? property)
    {
        if (Shape.IsScalar(type)) CheckScalar(section, type, property);
        else if (Shape.DictionaryValue(type) is { } value) CheckEntries(section, value, _ => true);
        else if (Shape.ListElement(type) is { } element) CheckEntries(section, element, key => int.TryParse(key, out _));
        else CheckProperties(section, type);
    }

    private void CheckScalar(IConfigurationSection section, Type type, PropertyInfo? property)
    {
        string allowed = Shape.Allowed(type, property);
        if (section.GetChildren().Any()) Found(section.Path, $"is a group of settings; allowed: {allowed}.");
        else if (section.Value is null && !Shape.TakesNull(type)) Found(section.Path, $"is null; allowed: {allowed}.");
        else if (section.Value is not null && !Shape.Parses(type, section.Value)) Found(section.Path, $"is '{section.Value}'; allowed: {allowed}.");
        else _accepted.Add(new(section.Path, section.Value));
    }

    private void CheckEntries(IConfigurationSection section, Type type, Func<string, bool> isKey)
    {
        if (section.Value is { Length: > 0 })
        {
            Found(section.Path, $"is '{section.Value}', but it is a list or a group of entries.");
        }

        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (isKey(child.Key)) CheckValue(child, type, null);
            else Found(child.Path, "is not an entry of a list; count the entries from 0.");
        }
    }

    private void Unknown(IConfigurationSection section, string parent, IEnumerable<string> known)
    {
        string[] names = [.. known.Order(StringComparer.Ordinal)];
        string nearest = Nearest.To(section.Key, names) is { } name
            ? $"did you mean {(name == SettingsFile.Root ? name : $"{parent}:{name}")}?"
            : $"known in {parent}: {string.Join(", ", names)}.";
        Found(section.Path, $"is not a setting; {nearest}");
    }

    private void Found(string key, string what) => _findings.Add($"{key} {what}{SettingOrigin.Of(_values, key)}");

    private static string Names(Type type) => string.Join(", ", type.GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));
}
