using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace R2Synth.Inference.Hosted;

/// <summary>A checked server: what requests and messages need to know of it. Not a record, so that printing it never prints the key.</summary>
[DebuggerDisplay("{Url}")]
internal sealed class HostedEndpoint
{
    private readonly Dictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private AuthenticationHeaderValue? _bearer;

    /// <summary>The backend's name in the settings.</summary>
    public required string Backend { get; init; }

    /// <summary>Its place in <c>Endpoints</c>.</summary>
    public required int Index { get; init; }

    /// <summary>The model's name at the server; at Azure the deployment.</summary>
    public required string Model { get; init; }

    /// <summary>The base address.</summary>
    public required Uri Url { get; init; }

    /// <summary>Azure's <c>api-version</c>; empty elsewhere.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Name of the key's environment variable; empty where there is no key.</summary>
    public required string KeyVariable { get; init; }

    /// <summary>The key; null where there is none.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required string? Key { get; init; }

    /// <summary>Most requests under way at once.</summary>
    public required int MaxInFlight { get; init; }

    /// <summary>Requests a minute; null for no limit.</summary>
    public required int? RequestsPerMinute { get; init; }

    /// <summary>Tokens a minute; null for no limit.</summary>
    public required int? TokensPerMinute { get; init; }

    /// <summary>What it costs.</summary>
    public required Pricing Pricing { get; init; }

    /// <summary>Start of a setting's name.</summary>
    public string Setting => $"R2Synth:Backends:{Backend}";

    /// <summary>Start of an endpoint's setting's name, without the backend's.</summary>
    public string Own => string.Create(CultureInfo.InvariantCulture, $"Endpoints:{Index}");

    /// <summary>Start of every message.</summary>
    public string Prefix => $"Backend '{Backend}': {Url}";

    /// <summary>Whether it is spoken to as Azure wants it.</summary>
    public bool IsAzure => ApiVersion.Length > 0;

    /// <summary>Whether it takes <c>max_completion_tokens</c>; all others know the older <c>max_tokens</c>, and some only that.</summary>
    public bool IsOpenAI => IsAzure || Url.Host is "api.openai.com" || Url.Host.EndsWith(".openai.azure.com", StringComparison.Ordinal);

    /// <summary>A request to it with the key, and nothing of what others put into headers.</summary>
    /// <param name="method">GET, POST or DELETE.</param>
    /// <param name="path">Below <c>/v1</c>, for instance <c>chat/completions</c>.</param>
    /// <param name="content">The body.</param>
    public HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null)
    {
        HttpRequestMessage request = new(method, Address(path)) { Content = content };
        if (Key is null) return request;
        if (IsAzure) request.Headers.TryAddWithoutValidation("api-key", Key);
        else request.Headers.Authorization = _bearer ??= new AuthenticationHeaderValue("Bearer", Key);
        return request;
    }

    /// <summary>What a server said, fit to be shown: one line, not long, without the key that some servers repeat.</summary>
    public string Quote(string text)
    {
        if (Key is { Length: > 0 } key) text = text.Replace(key, "***", StringComparison.Ordinal);
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 300 ? text : text[..300] + "...";
    }

    private Uri Address(string path)
    {
        lock (_addresses)
        {
            if (_addresses.TryGetValue(path, out Uri? known)) return known;
            string address = Url.AbsoluteUri.TrimEnd('/') + "/";
            if (path == RerankMethod.RootPath)
            {
                if (address.EndsWith("/v1/", StringComparison.Ordinal)) address = address[..^"v1/".Length];
                return _addresses[path] = new Uri(address + RerankMethod.Path);
            }

            // Deployments have what a model does; the lists of models, files and batches are the resource's.
            if (IsAzure && path is "chat/completions" or "completions" or "embeddings") address += $"deployments/{Uri.EscapeDataString(Model)}/";
            address += path;
            if (IsAzure) address += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={Uri.EscapeDataString(ApiVersion)}";
            Uri made = new(address);
            if (_addresses.Count < 16) _addresses[path] = made; // files and batches have ids in their paths
            return made;
        }
    }
}
