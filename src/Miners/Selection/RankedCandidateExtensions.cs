using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>From a ranking to the records of a group.</summary>
public static class RankedCandidateExtensions
{
    /// <summary>The passage as a group keeps it, with every score that was measured and its rank after judging.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="passages">The corpus that it points into.</param>
    /// <param name="origin">Where the passage comes from; the seed that lost and turns up elsewhere is still <see cref="Origin.Seed"/>.</param>
    /// <param name="judges">Names of the judges' scores, at most two; null takes Gecko's two, and with none only what was retrieved is written.</param>
    public static JudgedPassage ToJudgedPassage(this RankedCandidate candidate, IReadOnlyList<Passage> passages, Origin origin, IReadOnlyList<string>? judges = null)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(passages);
        Passage passage = passages[candidate.Candidate.Passage];
        judges ??= [ScoreNames.Ql, ScoreNames.Rc];
        SortedDictionary<string, double> scores = new(StringComparer.Ordinal) { [ScoreNames.Rrf] = candidate.Candidate.Rrf };
        if (judges.Count > 0) (scores[ScoreNames.Fused], scores[judges[0]]) = (candidate.Fused, candidate.Score.Ql);
        if (judges.Count > 1) scores[judges[1]] = candidate.Score.Rc;
        if (candidate.Candidate.Bm25 is double bm25) scores[ScoreNames.Bm25] = bm25;
        if (candidate.Candidate.Dense is double dense) scores[ScoreNames.Dense] = dense;
        return new JudgedPassage
        {
            Docid = passage.Docid,
            Title = passage.Title,
            Text = passage.Text,
            Origin = origin,
            Rank = candidate.Rank,
            Scores = scores,
        };
    }
}
