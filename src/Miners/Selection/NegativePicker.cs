using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Selection;

/// <summary>What all negative rules share: relevant passages and their copies are refused, every refusal is counted, nothing is padded.</summary>
internal static class NegativePicker
{
    /// <summary>Takes candidates in the given order until there are enough.</summary>
    /// <param name="request">What to pick from.</param>
    /// <param name="preferred">The candidates, the rule's favourite first.</param>
    /// <param name="isAboveMargin">Whether the rule refuses a candidate.</param>
    internal static NegativeSelection Pick(NegativeRequest request, IEnumerable<RankedCandidate> preferred, Func<RankedCandidate, bool> isAboveMargin)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1, nameof(request));
        NearDuplicate positive = new(request.PositiveText);
        NearDuplicate[] relevant = [.. request.AlsoRelevant.Concat(request.Seed is int seed ? [seed] : []).Select(p => new NearDuplicate(request.Passages[p].Text))];
        HashSet<string> taken = new(StringComparer.Ordinal);
        List<RankedCandidate> negatives = [];
        SortedDictionary<string, int> refused = new(StringComparer.Ordinal);
        foreach (RankedCandidate candidate in preferred)
        {
            string? reason = Reason(candidate);
            if (reason is null)
            {
                negatives.Add(candidate);
            }
            else
            {
                refused[reason] = refused.GetValueOrDefault(reason) + 1;
            }
        }

        return new NegativeSelection { Negatives = negatives, Shortfall = request.Count - negatives.Count, Refused = refused };

        string? Reason(RankedCandidate candidate)
        {
            int passage = candidate.Candidate.Passage;
            string text = request.Passages[passage].Text;
            return passage == request.Positive ? NegativeReasons.Positive
                : passage == request.Seed ? NegativeReasons.Seed
                : request.AlsoRelevant.Contains(passage) ? NegativeReasons.AlsoRelevant
                : positive.Matches(text) ? NegativeReasons.DuplicateOfPositive
                : relevant.Any(r => r.Matches(text)) ? NegativeReasons.DuplicateOfRelevant
                : isAboveMargin(candidate) ? NegativeReasons.AboveMargin
                : taken.Contains(TextForm.Normalise(text)) ? NegativeReasons.DuplicateOfNegative
                : negatives.Count == request.Count ? NegativeReasons.NotNeeded
                : taken.Add(TextForm.Normalise(text)) ? null : NegativeReasons.DuplicateOfNegative;
        }
    }
}
