using R2Synth.Inference;
using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Settings;

/// <summary>Backends: known kinds, keys that apply to the kind, and roles that name a backend.</summary>
internal static class BackendsCheck
{
    private static readonly string[] OfEveryKind = [nameof(BackendOptions.Kind)];

    private static readonly Dictionary<string, string[]> OfKind = new(StringComparer.Ordinal)
    {
        ["LlamaCpp"] =
        [
            nameof(BackendOptions.Model), nameof(BackendOptions.Weak), nameof(BackendOptions.ContextTokens), nameof(BackendOptions.Sequences), nameof(BackendOptions.Threads),
            nameof(BackendOptions.GpuLayers), nameof(BackendOptions.Libraries), nameof(BackendOptions.Requantize), nameof(BackendOptions.RequantizeFolder),
            nameof(BackendOptions.LongContextTokens), nameof(BackendOptions.LongSequences), nameof(BackendOptions.SameBits), nameof(BackendOptions.FlashAttention), nameof(BackendOptions.KvType),
            nameof(BackendOptions.RecordTo),
        ],
        ["OpenAI"] =
        [
            nameof(BackendOptions.Model), nameof(BackendOptions.Weak), nameof(BackendOptions.Endpoints), nameof(BackendOptions.TimeoutSeconds), nameof(BackendOptions.Retries), nameof(BackendOptions.StructuredOutput),
            nameof(BackendOptions.Scores), nameof(BackendOptions.OutageSeconds), nameof(BackendOptions.Batch), nameof(BackendOptions.RecordTo),
        ],
        ["Recorded"] = [nameof(BackendOptions.Path)],
        ["Static"] = [nameof(BackendOptions.Model), nameof(BackendOptions.Vocabulary), nameof(BackendOptions.RecordTo)],
    };

    public static IEnumerable<string> Find(R2SynthOptions options, IReadOnlyDictionary<string, SettingsValue> values, bool hasFile) =>
    [
        .. options.Backends.SelectMany(b => OfBackend(b.Key, b.Value, values)),
        .. Role(options, nameof(R2SynthOptions.Generator), options.Generator, values, hasFile),
        .. Role(options, nameof(R2SynthOptions.Judge), options.Judge, values, hasFile),
        .. Role(options, nameof(R2SynthOptions.Embedder), options.Embedder, values, hasFile),
    ];

    private static IEnumerable<string> OfBackend(string name, BackendOptions options, IReadOnlyDictionary<string, SettingsValue> values)
    {
        string path = $"{SettingsFile.Root}:Backends:{name}";
        if (options.Kind.Length == 0) yield break;
        if (!BackendFactory.Kinds.Contains(options.Kind, StringComparer.Ordinal))
        {
            string kinds = string.Join(", ", BackendFactory.Kinds);
            yield return $"{path}:Kind is '{options.Kind}'; allowed: {kinds}.{SettingOrigin.Of(values, $"{path}:Kind")}";
            yield break;
        }

        if (OfKind.TryGetValue(options.Kind, out string[]? apply))
        {
            foreach (string key in values.Keys.Where(k => k.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase)))
            {
                string property = key[(path.Length + 1)..].Split(':')[0];
                bool known = OfKind.Values.Any(k => k.Contains(property, StringComparer.OrdinalIgnoreCase));
                if (!known || apply.Contains(property, StringComparer.OrdinalIgnoreCase)) continue;
                yield return $"{key} does not apply to the kind {options.Kind}, which takes {string.Join(", ", OfEveryKind.Concat(apply))}.{SettingOrigin.Of(values, key)}";
            }
        }

        (string needed, string? value) = options.Kind == "Recorded" ? (nameof(BackendOptions.Path), options.Path) : (nameof(BackendOptions.Model), options.Model);
        if (string.IsNullOrWhiteSpace(value)) yield return $"{path}:{needed} is missing or empty; it has to be set.{SettingOrigin.Of(values, $"{path}:{needed}")}";
        if (options.Kind == "OpenAI" && options.Endpoints.Count == 0)
        {
            yield return $"{path}:Endpoints is empty; the kind OpenAI needs at least one, for instance {path}:Endpoints:0:Url=http://127.0.0.1:8080/v1.{SettingOrigin.Of(values, path)}";
        }

        for (int i = 0; i < options.Endpoints.Count; i++)
        {
            string url = options.Endpoints[i].Url;
            bool web = Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https";
            string key = $"{path}:Endpoints:{i}:Url";
            if (url.Length > 0 && !web) yield return $"{key} is '{url}'; allowed: an address that begins with http:// or https://.{SettingOrigin.Of(values, key)}";
        }
    }

    private static IEnumerable<string> Role(
        R2SynthOptions options, string role, string name, IReadOnlyDictionary<string, SettingsValue> values, bool hasFile)
    {
        if (name.Length == 0 || options.Backends.ContainsKey(name)) yield break;
        string key = $"{SettingsFile.Root}:{role}";
        string nearest = Nearest.To(name, options.Backends.Keys) is { } near ? $" Did you mean '{near}'?" : "";
        string there = options.Backends.Count > 0
            ? $"Backends: {string.Join(", ", options.Backends.Keys)}."
            : hasFile
                ? "There are none; add one under R2Synth:Backends."
                : $"There are none, since no {SettingsFinder.FileName} was found in this folder or above; go to the project's folder or name a file with --config.";
        yield return $"{key} is '{name}', which is no backend. {there}{nearest}{SettingOrigin.Of(values, key)}";
    }
}
