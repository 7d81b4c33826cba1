using System.Globalization;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>A retriever's hits as lines of a TREC run whose scores any reader sorts into the same order.</summary>
public static class TrecRunLines
{
    /// <summary>The lines of one query: <c>qid Q0 docid rank score tag</c>, ranks from 1.</summary>
    /// <param name="qid">The query's id.</param>
    /// <param name="hits">Best first.</param>
    /// <param name="passages">The corpus that the hits point into.</param>
    /// <param name="tag">The last column, without white space: what made the run.</param>
    /// <returns>
    /// One line a hit. The score is the retriever's own in single precision, which is what trec_eval holds; where that would not fall (ties, which trec_eval breaks by falling docid and we by rising
    /// docid), it is the next smaller number.
    /// </returns>
    /// <exception cref="InputException">An id is empty or holds white space, which this format cannot carry.</exception>
    public static IEnumerable<string> Of(string qid, IReadOnlyList<Hit> hits, IReadOnlyList<Passage> passages, string tag)
    {
        ArgumentNullException.ThrowIfNull(hits);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        float above = float.PositiveInfinity;
        for (int i = 0; i < hits.Count; i++)
        {
            float score = Math.Min((float)hits[i].Score, MathF.BitDecrement(above));
            above = score;
            yield return string.Create(CultureInfo.InvariantCulture, $"{Word(qid)} Q0 {Word(passages.DocidAt(hits[i].Passage))} {i + 1} {score:R} {tag}");
        }
    }

    /// <summary>An id, if a line can carry it.</summary>
    internal static string Word(string id) => id.Length > 0 && !id.Any(char.IsWhiteSpace)
        ? id
        : throw new InputException($"The id '{id}' cannot be written to a TREC run, whose fields are separated by white space. Rename it.");
}
