namespace R2Synth.Cli.Settings;

/// <summary>What the command line says about settings.</summary>
internal sealed record SettingsSources
{
    /// <summary><c>--config FILE</c>; null without it.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Each <c>--set Key=Value</c>, in order.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>Settings that have a flag of their own: key without <c>R2Synth:</c>, value, flag.</summary>
    public IReadOnlyList<(string Key, string? Value, string Flag)> Flags { get; init; } = [];
}
