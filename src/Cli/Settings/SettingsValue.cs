namespace R2Synth.Cli.Settings;

/// <summary>One key as one source set it.</summary>
/// <param name="Key">The full key, <c>R2Synth:</c> included.</param>
/// <param name="Value">The text; null for JSON's null and for an empty object or list.</param>
/// <param name="Origin">Where it was set, for messages: <c>appsettings.json line 3</c>, <c>--set Pipeline:Parallelism=0</c>.</param>
internal sealed record SettingsValue(string Key, string? Value, string Origin);
