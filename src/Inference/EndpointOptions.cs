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
}
