using System.ComponentModel.DataAnnotations;

namespace R2Synth.Inference;

/// <summary>One server of an OpenAI-compatible backend.</summary>
public sealed class EndpointOptions
{
    /// <summary>Base address up to and with <c>/v1</c>.</summary>
    [Required]
    public string Url { get; set; } = "";

    /// <summary>Name of the environment variable that holds the key; empty for a server without one. The key itself is never a setting.</summary>
    public string ApiKeyVariable { get; set; } = "";

    /// <summary>Most requests under way at once.</summary>
    [Range(1, 4096)]
    public int MaxInFlight { get; set; } = 64;

    /// <summary>The model's name at this server; empty takes the backend's <see cref="BackendOptions.Model"/>. For Azure the deployment.</summary>
    public string Model { get; set; } = "";

    /// <summary>Azure: the value of <c>api-version</c>. Requests then go to <c>{Url}/deployments/{Model}</c> and the key into the header <c>api-key</c>. Empty elsewhere.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>Requests a minute that the server allows; null for no limit.</summary>
    [Range(1, 100_000_000)]
    public int? RequestsPerMinute { get; set; }

    /// <summary>Tokens a minute that the server allows, read and written together, counted by what requests really used; null for no limit.</summary>
    [Range(1, 2_000_000_000)]
    public int? TokensPerMinute { get; set; }

    /// <summary>US dollars for a million tokens read; 0 for a server that costs nothing.</summary>
    [Range(0.0, 100_000.0)]
    public double PriceIn { get; set; }

    /// <summary>US dollars for a million tokens read from the server's own prompt cache; null takes <see cref="PriceIn"/>.</summary>
    [Range(0.0, 100_000.0)]
    public double? PriceCachedIn { get; set; }

    /// <summary>US dollars for a million tokens written.</summary>
    [Range(0.0, 100_000.0)]
    public double PriceOut { get; set; }
}
