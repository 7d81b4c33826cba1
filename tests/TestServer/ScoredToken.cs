namespace R2Synth.Testing;

/// <summary>A token at its place.</summary>
/// <param name="Text">The token.</param>
/// <param name="LogProbability">Natural logarithm; null for the first token of a prompt, which follows nothing.</param>
/// <param name="Rank">Place among all tokens, from 1; 0 for the first token of a prompt.</param>
/// <param name="Candidates">The likeliest tokens at the place, best first; empty for the first token of a prompt.</param>
internal readonly record struct ScoredToken(string Text, double? LogProbability, int Rank, IReadOnlyList<Candidate> Candidates)
{
    /// <summary>The best of the candidates and the token itself.</summary>
    /// <param name="count">How many besides the token.</param>
    public IEnumerable<Candidate> Top(int count)
    {
        string own = Text;
        IEnumerable<Candidate> top = Candidates.Take(count);
        return LogProbability is not { } logProbability || top.Any(candidate => candidate.Token == own) ? top : top.Append(new Candidate(own, logProbability));
    }
}
