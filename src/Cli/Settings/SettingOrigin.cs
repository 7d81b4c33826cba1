namespace R2Synth.Cli.Settings;

/// <summary>Who set a key, for the end of a message.</summary>
internal static class SettingOrigin
{
    /// <returns><c> Set by: ...</c> for a key, or for the first key below it; empty where nobody set it.</returns>
    public static string Of(IReadOnlyDictionary<string, SettingsValue> values, string key)
    {
        SettingsValue? value = values.GetValueOrDefault(key)
            ?? values.Values.FirstOrDefault(v => v.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));
        return value is null ? "" : $" Set by: {value.Origin}.";
    }
}
