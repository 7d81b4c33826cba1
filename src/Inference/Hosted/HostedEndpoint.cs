using System.Diagnostics;

namespace R2Synth.Inference.Hosted;

/// <summary>A checked server: what requests and messages need to know of it. Not a record, so that printing it never prints the key.</summary>
[DebuggerDisplay("{Url}")]
internal sealed class HostedEndpoint
{
    /// <summary>The backend's name in the settings.</summary>
    public required string Backend { get; init; }

    /// <summary>The model's name at the server.</summary>
    public required string Model { get; init; }

    /// <summary>The base address.</summary>
    public required Uri Url { get; init; }

    /// <summary>Name of the key's environment variable; empty where there is no key.</summary>
    public required string KeyVariable { get; init; }

    /// <summary>The key; null where there is none.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required string? Key { get; init; }

    /// <summary>Start of a setting's name.</summary>
    public string Setting => $"R2Synth:Backends:{Backend}";

    /// <summary>Start of every message.</summary>
    public string Prefix => $"Backend '{Backend}': {Url}";

    /// <summary>What a server said, fit to be shown: one line, not long, without the key that some servers repeat.</summary>
    public string Quote(string text)
    {
        if (Key is { Length: > 0 } key) text = text.Replace(key, "***", StringComparison.Ordinal);
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 300 ? text : text[..300] + "...";
    }
}
