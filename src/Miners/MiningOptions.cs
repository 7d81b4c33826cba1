using System.ComponentModel.DataAnnotations;

namespace R2Synth.Miners;

/// <summary>How candidates are found, judged and turned into positives and negatives: <c>R2Synth:Mining</c>.</summary>
public sealed class MiningOptions
{
    /// <summary>Candidates a query, N. Gecko reports p_20 as its negative, so 20 (2403.20327, section 3.2).</summary>
    [Range(2, 1000)]
    public int Candidates { get; set; } = 20;

    /// <summary>Depth of each retriever before fusion.</summary>
    [Range(2, 10000)]
    public int RetrievalDepth { get; set; } = 100;

    /// <summary>k of reciprocal rank fusion of the retrievers (Cormack et al. 2009).</summary>
    [Range(1, 1000)]
    public int FusionK { get; set; } = 60;

    /// <summary>BM25's k1; 0.9 is Anserini's.</summary>
    [Range(0.0, 10.0)]
    public double Bm25K1 { get; set; } = 0.9;

    /// <summary>BM25's b; 0.4 is Anserini's.</summary>
    [Range(0.0, 1.0)]
    public double Bm25B { get; set; } = 0.4;

    /// <summary>Negatives a query.</summary>
    [Range(1, 100)]
    public int Negatives { get; set; } = 4;

    /// <summary>
    /// The rule that picks negatives; <see cref="Selection.NegativeRules"/> has them all, with their other names: <c>gecko</c>, <c>topk-percpos</c>, <c>range</c>, ... Null is
    /// <see cref="Selection.NegativeRules.OfRecipes"/> in a run and <see cref="Selection.NegativeRules.OfPairs"/> in mining.
    /// </summary>
    public string? NegativeRule { get; set; }

    /// <summary>TopK-PercPos: a negative whose dense similarity is above this share of the positive's is refused.</summary>
    [Range(0.0, 1.0)]
    public double PercPos { get; set; } = 0.95;

    /// <summary>Words of a passage that a judge reads.</summary>
    [Range(16, 4000)]
    public int JudgedWords { get; set; } = 120;

    /// <summary>Groups, from the first, on which each judge's vote is measured.</summary>
    [Range(4, 10000)]
    public int CalibrationGroups { get; set; } = 64;

    /// <summary>Which judges take part in the fusion: those that earned it, or, for ablations, named ones whatever they are worth.</summary>
    public Ranking.VoterChoice Voters { get; set; } = Ranking.VoterChoice.Earned;

    /// <summary>First ranks that the rule passes over (range_min); null takes the rule's own number.</summary>
    [Range(0, 100_000)]
    public int? RangeMin { get; set; }

    /// <summary>Last rank that the rule takes (range_max); null takes the rule's own number.</summary>
    [Range(1, 100_000)]
    public int? RangeMax { get; set; }

    /// <summary>A negative whose dense similarity is above the lowest positive's less this is refused (absolute_margin); null takes the rule's own number.</summary>
    [Range(0.0, 2.0)]
    public double? AbsoluteMargin { get; set; }

    /// <summary>A negative above s_pos - |s_pos| times this is refused (relative_margin); null takes the rule's own number.</summary>
    [Range(0.0, 1.0)]
    public double? RelativeMargin { get; set; }

    /// <summary>A negative whose dense similarity is above this is refused (max_score); null takes the rule's own number.</summary>
    [Range(-1.0, 1.0)]
    public double? MaxScore { get; set; }

    /// <summary>A negative whose dense similarity is below this is refused (min_score); null takes the rule's own number.</summary>
    [Range(-1.0, 1.0)]
    public double? MinScore { get; set; }

    /// <summary>Which admitted candidates are taken: <c>top</c>, <c>random</c>, <c>spaced</c>, <c>tempered</c> (sampling_strategy); null takes the rule's own way.</summary>
    public string? Sampling { get; set; }

    /// <summary>Of <c>tempered</c>: weight = place^(-1 / temperature); null takes 1.</summary>
    [Range(0.01, 100.0)]
    public double? SamplingTemperature { get; set; }

    /// <summary>
    /// What becomes the positive: <c>best</c> (the best judged passage, also against the seed), <c>seed</c> (the seed as it is, for ablations); <c>qrels</c> (all
    /// that qrels name, for <c>mine</c> alone). Null takes <c>best</c>, in <c>mine</c> <c>qrels</c>.
    /// </summary>
    public string? Positives { get; set; }

    /// <summary>Candidates whose <see cref="PositiveScore"/> is at most this below the positive's are positives too; null keeps one.</summary>
    [Range(0.0, 100.0)]
    public double? PositiveMargin { get; set; }

    /// <summary>A query whose positive has a <see cref="PositiveScore"/> below this is dropped as unanswerable; null drops none.</summary>
    [Range(-100.0, 100.0)]
    public double? PositiveFloor { get; set; }

    /// <summary>The score that <see cref="PositiveMargin"/> and <see cref="PositiveFloor"/> are read on: <c>ql</c>, <c>rc</c>, <c>dense</c>. Null takes <c>ql</c>, in <c>mine</c> without a judge <c>dense</c>.</summary>
    public string? PositiveScore { get; set; }

    /// <summary>
    /// Whether a run's written negatives are audited at its end: rank among all candidates and style, in each group's quality and in the report. Null does not, and leaves the shards as they are.
    /// </summary>
    public bool? AuditWritten { get; set; }

    /// <summary>Most of a group's negatives that may be written where it has mined ones too, for <see cref="AuditWritten"/>; CausalNeg's is 3 in 18. Null caps nothing.</summary>
    [Range(0.0, 1.0)]
    public double? WrittenShare { get; set; }

    /// <summary>A query with more false negatives than this is dropped as ambiguous; null takes RLHN's 7 (2505.16967).</summary>
    [Range(0, 1000)]
    public int? MaxFalseNegatives { get; set; }

    /// <summary>How far below the lowest positive's score, on the judge's own scale, a negative already counts as false; null takes 0.</summary>
    [Range(0.0, 100.0)]
    public double? FalseNegativeMargin { get; set; }
}
