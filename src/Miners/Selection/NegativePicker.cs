using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Selection;

/// <summary>What all negative rules share: relevant passages and their copies are refused, every refusal is counted, nothing is padded.</summary>
/// <param name="request">What to pick from.</param>
/// <param name="rule">Which to prefer.</param>
internal sealed class NegativePicker(NegativeRequest request, NegativeRule rule)
{
    private readonly NearDuplicate _positive = new(request.PositiveText);
    private readonly NearDuplicate[] _relevant =
        [.. request.AlsoRelevant.Concat(request.Seed is int seed ? [seed] : []).Select(p => new NearDuplicate(request.Passages[p].Text))];

    /// <summary>Picks.</summary>
    internal NegativeSelection Pick()
    {
        List<Judged> all = [.. request.Ranked
            .Select(c => new Judged(c, rule.RankOf(c)))
            .OrderBy(j => j.Rank is int rank ? rule.LowestFirst ? -rank : rank : int.MaxValue).ThenBy(j => j.Candidate.Rank)];
        HashSet<string> documents = rule.Source == NegativeSource.Document ? Documents() : [];
        foreach (Judged judged in all)
        {
            judged.Known = Known(judged.Candidate.Candidate.Passage);
            judged.Bounds = judged.Known is null ? Bounds(judged.Candidate) : null;
            judged.Scope = Scope(judged, documents);
        }

        if (rule.WindowOfSurvivors)
        {
            int place = 0;
            foreach (Judged judged in all.Where(j => j.Known is null && j.Bounds is null && j.Scope is null)) judged.Scope = Window(++place);
        }

        return Take(Preferred(all));
    }

    private string? Scope(Judged judged, HashSet<string> documents) => rule.Source switch
    {
        NegativeSource.Bm25 or NegativeSource.Either when judged.Rank is null => NegativeReasons.NotRetrieved,
        NegativeSource.Document when !documents.Contains(SameDocument.Of(request.Passages[judged.Candidate.Candidate.Passage].Docid)) => NegativeReasons.OtherDocument,
        _ => rule.WindowOfSurvivors || judged.Rank is not int rank ? null : Window(rank),
    };

    private string? Window(int rank) => rank <= rule.Skip || rank > rule.Last ? NegativeReasons.OutsideWindow : null;

    private string? Known(int passage) => passage == request.Positive ? NegativeReasons.Positive
        : passage == request.Seed ? NegativeReasons.Seed
        : request.AlsoRelevant.Contains(passage) ? NegativeReasons.AlsoRelevant
        : null;

    private string? Bounds(RankedCandidate candidate) => !rule.Bounds.Any
        ? null
        : candidate.Candidate.Dense is double similarity
            ? rule.Bounds.Check(similarity, request.PositiveSimilarity ?? 0, request.PercPos) // the rule checked that it is there where it is read
            : throw new ArgumentException($"The rule '{rule.Name}' needs the similarity of every candidate.", nameof(candidate));

    // The admitted ones in the order in which they are taken; the others go along to be counted.
    private List<Judged> Preferred(List<Judged> all)
    {
        if (rule.Sampling == NegativeSampling.Top) return all;
        Judged[] admitted = [.. all.Where(j => j.Known is null && j.Bounds is null && j.Scope is null)];
        IEnumerable<Judged> taken = rule.Sampling == NegativeSampling.Spaced ? Spaced(admitted) : Sampled(admitted);
        return [.. taken, .. all.Except(admitted)];
    }

    private IEnumerable<Judged> Spaced(Judged[] admitted)
    {
        int steps = Math.Min(request.Count, admitted.Length);
        HashSet<int> places = [.. Enumerable.Range(0, steps).Select(i => steps == 1 ? 0 : (int)((long)i * (admitted.Length - 1) / (steps - 1)))];
        return [.. places.Order().Select(i => admitted[i]), .. admitted.Where((_, i) => !places.Contains(i))]; // the rest stands in for copies
    }

    // Efraimidis and Spirakis (2006): the largest u^(1 / weight) are a sample without replacement; ties of chance by docid.
    private IEnumerable<Judged> Sampled(Judged[] admitted) =>
        [.. admitted.Select((judged, i) => (judged, Key: Math.Log(Chance(judged)) / (rule.Sampling == NegativeSampling.Random ? 1 : Math.Pow(i + 1, -1 / rule.Temperature))))
            .OrderByDescending(j => j.Key).ThenBy(j => request.Passages[j.judged.Candidate.Candidate.Passage].Docid, StringComparer.Ordinal)
            .Select(j => j.judged)];

    // In (0, 1], the same for a query and a passage whatever else is there.
    private double Chance(Judged judged) =>
        1 - new Records.UnitSeed(request.RunSeed, $"negatives/{request.QueryId}/{request.Passages[judged.Candidate.Candidate.Passage].Docid}", 0).NextDouble();

    private NegativeSelection Take(List<Judged> preferred)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        List<RankedCandidate> negatives = [];
        SortedDictionary<string, int> refused = new(StringComparer.Ordinal);
        foreach (Judged judged in preferred)
        {
            string? reason = judged.Known ?? judged.Scope ?? (negatives.Count == request.Count ? judged.Bounds ?? NegativeReasons.NotNeeded : OfText(judged));
            if (reason is null) negatives.Add(judged.Candidate);
            else refused[reason] = refused.GetValueOrDefault(reason) + 1;
        }

        return new NegativeSelection { Negatives = negatives, Shortfall = request.Count - negatives.Count, Refused = refused };

        string? OfText(Judged judged)
        {
            string text = request.Passages[judged.Candidate.Candidate.Passage].Text;
            return _positive.Matches(text) ? NegativeReasons.DuplicateOfPositive
                : _relevant.Any(r => r.Matches(text)) ? NegativeReasons.DuplicateOfRelevant
                : judged.Bounds ?? (taken.Add(TextForm.Normalise(text)) ? null : NegativeReasons.DuplicateOfNegative);
        }
    }

    private HashSet<string> Documents() =>
        [.. request.AlsoRelevant.Concat(request.Positive is int positive ? [positive] : []).Select(p => SameDocument.Of(request.Passages[p].Docid))];

    private sealed class Judged(RankedCandidate candidate, int? rank)
    {
        public RankedCandidate Candidate { get; } = candidate;

        public int? Rank { get; } = rank;

        public string? Known { get; set; }

        public string? Scope { get; set; }

        public string? Bounds { get; set; }
    }
}
