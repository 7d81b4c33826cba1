namespace R2Synth.Cli.Diagnosis;

/// <summary>How a check went.</summary>
internal enum DiagnosisLevel
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>A run can do without it.</summary>
    Warn,

    /// <summary>A run would stop here.</summary>
    Fail,
}
