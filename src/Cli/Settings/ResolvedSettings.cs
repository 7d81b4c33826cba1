using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Settings;

/// <summary>The settings after all sources, and everything that is wrong with them.</summary>
internal sealed record ResolvedSettings
{
    /// <summary>The values; keys with findings keep their defaults.</summary>
    public required R2SynthOptions Options { get; init; }

    /// <summary>The folder that relative models and prompts start from: that of <see cref="File"/>, or the current one without it.</summary>
    public required string Folder { get; init; }

    /// <summary>The <c>appsettings.json</c> that was found; null without one.</summary>
    public required string? File { get; init; }

    /// <summary>What was set outside of <see cref="File"/>, in the order of the keys.</summary>
    public required IReadOnlyList<SettingsValue> Overrides { get; init; }

    /// <summary>One sentence or two a finding; empty when all is well.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Itself, when nothing is wrong.</summary>
    /// <exception cref="InputException">All findings.</exception>
    public ResolvedSettings OrThrow() => Findings.Count == 0 ? this : throw new InputException(Cli.Findings.Join(Findings, "settings"));
}
