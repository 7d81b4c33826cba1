namespace R2Synth.Miners.Ranking;

/// <summary>Who decides which judges take part in the fusion.</summary>
public enum VoterChoice
{
    /// <summary>The calibration: a judge that can tell a seed from other passages votes.</summary>
    Earned,

    /// <summary>Query likelihood alone.</summary>
    Ql,

    /// <summary>Relevance classification alone.</summary>
    Rc,

    /// <summary>Both, as in Gecko (2403.20327, section 3.2).</summary>
    Both,

    /// <summary>Neither: the retriever's order stands.</summary>
    None,
}
