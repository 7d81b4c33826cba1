using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>Mined labels beside people's judgments: how many negatives are relevant after all, how many relabelled positives people confirm.</summary>
/// <remarks>
/// The false-negative rate that RocketQA put at about 70 % of the unlabelled top hits of MS MARCO (2010.08191, section 3). It says something only where the
/// judgments hold more than the miner was given: one that was told all relevant passages takes none of them.
/// </remarks>
public sealed record LabelCheck
{
    /// <summary>Groups whose query is judged.</summary>
    public int Groups { get; private set; }

    /// <summary>Groups whose query is not judged, or that name none; they count nowhere else.</summary>
    public int Unjudged { get; private set; }

    /// <summary>Negatives from the corpus.</summary>
    public int Negatives { get; private set; }

    /// <summary>Of these, such that people judged at all.</summary>
    public int JudgedNegatives { get; private set; }

    /// <summary>Of these, such that people call relevant: false negatives.</summary>
    public int FalseNegatives { get; private set; }

    /// <summary>Positives that a judge put in a seed's place.</summary>
    public int Relabelled { get; private set; }

    /// <summary>Of these, such that people call relevant.</summary>
    public int Confirmed { get; private set; }

    /// <summary>Share of the negatives that are relevant; at least that, since most passages were never judged. 0 without negatives.</summary>
    public double FalseNegativeRate => Negatives == 0 ? 0 : (double)FalseNegatives / Negatives;

    /// <summary>Share of the relabelled positives that people confirm; 0 where there are none.</summary>
    public double ConfirmedRate => Relabelled == 0 ? 0 : (double)Confirmed / Relabelled;

    /// <summary>Counts one group.</summary>
    /// <param name="group">A group; its attribute <see cref="Group.QueryId"/> names its query.</param>
    /// <param name="qrels">The judgments; grades above 0 are relevant.</param>
    public void Add(Group group, Qrels qrels)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(qrels);
        IReadOnlyDictionary<string, int> grades = qrels.Of(group.Attributes.GetValueOrDefault(Group.QueryId, ""));
        if (grades.Count == 0)
        {
            Unjudged++;
            return;
        }

        Groups++;
        foreach (JudgedPassage negative in group.Negatives.Where(negative => negative.Origin != Origin.Generated))
        {
            Negatives++;
            if (!grades.TryGetValue(negative.Docid, out int grade)) continue;
            JudgedNegatives++;
            if (grade > 0) FalseNegatives++;
        }

        foreach (JudgedPassage positive in group.Positives.Where(positive => positive.Origin == Origin.Relabelled))
        {
            Relabelled++;
            if (grades.GetValueOrDefault(positive.Docid) > 0) Confirmed++;
        }
    }
}
