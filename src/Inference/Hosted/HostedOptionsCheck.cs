using System.ComponentModel.DataAnnotations;
using System.Globalization;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>Checks the settings of a hosted backend and reads the keys.</summary>
internal static class HostedOptionsCheck
{
    private static readonly BackendOptions Defaults = new();

    /// <summary>Checks all that can be checked without asking a server.</summary>
    /// <returns>The endpoints, in the settings' order.</returns>
    /// <exception cref="InputException">A setting does not fit; the message names it and never holds a key.</exception>
    public static IReadOnlyList<HostedEndpoint> Check(string name, BackendOptions options)
    {
        string setting = $"R2Synth:Backends:{name}";
        (string Key, bool Set, string Kind)[] foreign =
        [
            (nameof(options.ContextTokens), options.ContextTokens is not null, "LlamaCpp"),
            (nameof(options.Sequences), options.Sequences is not null, "LlamaCpp"),
            (nameof(options.Threads), options.Threads is not null, "LlamaCpp"),
            (nameof(options.GpuLayers), options.GpuLayers != Defaults.GpuLayers, "LlamaCpp"),
            (nameof(options.Libraries), options.Libraries is not null, "LlamaCpp"),
            (nameof(options.Requantize), options.Requantize is not null, "LlamaCpp"),
            (nameof(options.RequantizeFolder), options.RequantizeFolder != Defaults.RequantizeFolder, "LlamaCpp"),
            (nameof(options.LongContextTokens), options.LongContextTokens is not null, "LlamaCpp"),
            (nameof(options.LongSequences), options.LongSequences is not null, "LlamaCpp"),
            (nameof(options.SameBits), options.SameBits != Defaults.SameBits, "LlamaCpp"),
            (nameof(options.FlashAttention), options.FlashAttention != Defaults.FlashAttention, "LlamaCpp"),
            (nameof(options.KvType), options.KvType != Defaults.KvType, "LlamaCpp"),
            (nameof(options.Path), options.Path is not null, "Recorded"),
            (nameof(options.Vocabulary), options.Vocabulary is not null, "Static"),
        ];
        foreach ((string key, bool set, string kind) in foreign)
        {
            if (!set) continue;
            string owner = kind switch { "LlamaCpp" => "a model in the process", "Static" => "a table of token vectors", _ => "replies from a file" };
            throw new InputException($"Setting {setting}:{key} does not apply to Kind 'OpenAI': it belongs to {owner} (Kind '{kind}'). Remove it.");
        }

        if (string.IsNullOrWhiteSpace(options.Model)) throw new InputException($"Setting {setting}:Model is empty. It must be the name that the server knows the model by.");
        if (options.Scores is not null && !ScoreMethod.Names.Contains(options.Scores, StringComparer.Ordinal))
            throw new InputException($"Setting {setting}:Scores is '{options.Scores}'; allowed: {string.Join(", ", ScoreMethod.Names)}, or nothing to have the server asked.");
        CheckRanges(setting, options);
        CheckRanges($"{setting}:Batch", options.Batch);
        if (options.Endpoints.Count == 0)
        {
            throw new InputException(
                $"Setting {setting}:Endpoints has no entries. A backend of Kind 'OpenAI' needs at least one, for instance {{ \"Url\": \"http://127.0.0.1:8080/v1\" }}.");
        }

        if (options.Batch.Enabled && options.Endpoints.Count > 1)
        {
            throw new InputException(
                $"Setting {setting}:Endpoints has {options.Endpoints.Count} entries and {setting}:Batch:Enabled is true: a batch goes to one server. Keep one entry, or set Batch:Enabled to false.");
        }

        return [.. options.Endpoints.Select((endpoint, index) => Check(name, string.Create(CultureInfo.InvariantCulture, $"{setting}:Endpoints:{index}"), options, endpoint, index))];
    }

    private static HostedEndpoint Check(string name, string setting, BackendOptions options, EndpointOptions endpoint, int index)
    {
        CheckRanges(setting, endpoint);
        if (!Uri.TryCreate(endpoint.Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            throw new InputException($"Setting {setting}:Url is '{endpoint.Url}'. It must be an address up to and with /v1, for instance http://127.0.0.1:8080/v1.");
        // The value is not shown: it may hold a password.
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            throw new InputException($"Setting {setting}:Url holds more than scheme, host, port and path. Give a key by ApiKeyVariable, and Azure's version by ApiVersion.");
        return new HostedEndpoint
        {
            Backend = name,
            Index = index,
            Model = string.IsNullOrWhiteSpace(endpoint.Model) ? options.Model : endpoint.Model,
            Url = url,
            ApiVersion = endpoint.ApiVersion.Trim(),
            KeyVariable = endpoint.ApiKeyVariable,
            Key = ReadKey(setting, endpoint.ApiKeyVariable),
            MaxInFlight = endpoint.MaxInFlight,
            RequestsPerMinute = endpoint.RequestsPerMinute,
            TokensPerMinute = endpoint.TokensPerMinute,
            Pricing = Pricing.Of(endpoint),
        };
    }

    private static void CheckRanges(string setting, object options)
    {
        List<ValidationResult> faults = [];
        if (Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true)) return;
        throw new InputException(string.Join(Environment.NewLine, faults.Select(fault => $"Setting {setting}:{string.Join(", ", fault.MemberNames)}: {fault.ErrorMessage}")));
    }

    private static string? ReadKey(string setting, string variable)
    {
        if (variable.Length == 0) return null;
        string? key = Environment.GetEnvironmentVariable(variable)?.Trim();
        if (string.IsNullOrEmpty(key))
            throw new InputException($"Setting {setting}:ApiKeyVariable names the environment variable {variable}, which is not set. Set it to the server's key, or remove the setting.");
        if (!key.All(c => c is > ' ' and < '\x7F'))
            throw new InputException($"The environment variable {variable} holds characters that no key has (blanks, line breaks or letters beyond ASCII). Check what it was set to.");
        return key;
    }
}
