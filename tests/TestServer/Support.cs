namespace R2Synth.Testing;

/// <summary>How a server treats a field of a request.</summary>
public enum Support
{
    /// <summary>It does what the field asks for.</summary>
    Full,

    /// <summary>It answers as if the field were not there.</summary>
    Ignored,

    /// <summary>It answers 400 and names the field.</summary>
    Refused,
}
