namespace R2Synth.Cli.Models;

/// <summary>What is known of a model file.</summary>
internal enum ModelState
{
    /// <summary>There, with a checksum that was not looked at.</summary>
    Unverified,

    /// <summary>There, without a checksum to hold it against.</summary>
    NoChecksum,

    /// <summary>There, and its checksum is right.</summary>
    Whole,

    /// <summary>There, and its checksum is wrong.</summary>
    Damaged,

    /// <summary>Not there.</summary>
    Missing,
}
