using Microsoft.Extensions.Configuration;
using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Settings;

/// <summary>
/// Puts the settings together: defaults, then <c>appsettings.json</c>, then <c>--config</c>, then the environment, then <c>--set</c>, then flags; the later wins.
/// Finds everything that is wrong before it gives up.
/// </summary>
internal static class SettingsLoader
{
    private const string VariablePrefix = "R2SYNTH_";

    /// <summary>Variables with our prefix that are no settings: the folder of shared test files.</summary>
    private static readonly string[] ForeignVariables = ["R2SYNTH_SHARED"];

    /// <exception cref="InputException">A file cannot be read, or a <c>--set</c> has no key and value.</exception>
    public static ResolvedSettings Load(AppEnvironment environment, SettingsSources sources)
    {
        string? file = SettingsFinder.Find(environment);
        var merged = new Dictionary<string, SettingsValue>(StringComparer.OrdinalIgnoreCase);
        if (file is not null) Put(merged, SettingsFile.Read(file, environment.Display(file)).Values);

        List<SettingsValue> overrides =
        [
            .. OfConfigFile(environment, sources.ConfigFile),
            .. OfVariables(environment, merged.Values),
            .. sources.Sets.Select(OfSet),
            .. sources.Flags.Where(f => f.Value is not null).Select(f => new SettingsValue($"{SettingsFile.Root}:{f.Key}", f.Value, f.Flag)),
        ];
        Put(merged, overrides);

        var check = new SettingsCheck(merged);
        R2SynthOptions options = Bind(check.Accepted);
        return new ResolvedSettings
        {
            Options = options,
            Folder = file is null ? environment.CurrentFolder : Path.GetDirectoryName(file) ?? environment.CurrentFolder,
            File = file,
            Overrides = [.. overrides.OrderBy(o => o.Key, StringComparer.Ordinal)],
            Findings = [.. check.Findings, .. OptionsCheck.Find(options, merged), .. BackendsCheck.Find(options, merged, file is not null)],
        };
    }

    private static void Put(Dictionary<string, SettingsValue> merged, IEnumerable<SettingsValue> values)
    {
        foreach (SettingsValue value in values) merged[value.Key] = value;
    }

    private static IReadOnlyCollection<SettingsValue> OfConfigFile(AppEnvironment environment, string? configFile)
    {
        if (configFile is null) return [];
        string path = environment.Resolve(configFile);
        if (!File.Exists(path)) throw new InputException($"--config {configFile}: there is no such file.");
        SettingsFile file = SettingsFile.Read(path, configFile);
        return file.IsOurs
            ? file.Values
            : throw new InputException($"--config {configFile}: the key '{SettingsFile.Root}' is missing. Put the settings under it: {{ \"{SettingsFile.Root}\": {{ ... }} }}.");
    }

    private static IEnumerable<SettingsValue> OfVariables(AppEnvironment environment, IReadOnlyCollection<SettingsValue> earlier)
    {
        KeyValuePair<string, string>[] ours =
        [
            .. environment.Variables
                .Where(v => v.Key.StartsWith(VariablePrefix, StringComparison.OrdinalIgnoreCase) && !ForeignVariables.Contains(v.Key, StringComparer.OrdinalIgnoreCase))
                .OrderBy(v => v.Key, StringComparer.Ordinal),
        ];

        // A key's variable may begin with our prefix and is still no setting.
        HashSet<string> keys =
        [
            .. earlier.Where(v => v.Key.EndsWith(":ApiKeyVariable", StringComparison.OrdinalIgnoreCase)).Select(v => v.Value ?? ""),
            .. ours.Where(v => v.Key.EndsWith("__ApiKeyVariable", StringComparison.OrdinalIgnoreCase)).Select(v => v.Value),
        ];
        return ours.Where(v => !keys.Contains(v.Key)).Select(v => new SettingsValue(
            $"{SettingsFile.Root}:{v.Key[VariablePrefix.Length..].Replace("__", ":", StringComparison.Ordinal)}", v.Value, $"environment variable {v.Key}"));
    }

    private static SettingsValue OfSet(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        if (sign < 1) throw new InputException($"--set {text}: this is not Key=Value. Write for instance --set Pipeline:Parallelism=4.");
        string key = text[..sign].Trim();
        string prefix = SettingsFile.Root + ":";
        return new SettingsValue(
            key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? key : prefix + key, text[(sign + 1)..], $"--set {text}");
    }

    private static R2SynthOptions Bind(IEnumerable<KeyValuePair<string, string?>> accepted)
    {
        var options = new R2SynthOptions();
        new ConfigurationBuilder().AddInMemoryCollection(accepted).Build().GetSection(SettingsFile.Root)
            .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        return options;
    }
}
