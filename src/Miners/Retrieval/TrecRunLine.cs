using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>A line of a TREC run: <c>qid Q0 docid rank score tag</c>, white space between.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Qid">The query.</param>
/// <param name="Docid">The passage.</param>
/// <param name="Rank">The stated rank as it stands there; the score is what orders a run.</param>
/// <param name="Score">The score, finite.</param>
public readonly record struct TrecRunLine(int Line, string Qid, string Docid, string Rank, double Score)
{
    /// <summary>Reads a run; gzip where the name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InputException">The file is missing, or a line has not six fields or a score that is no number.</exception>
    public static async IAsyncEnumerable<TrecRunLine> ReadAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach ((int line, string text) in TabularLines.ReadAsync(path, cancellationToken))
        {
            string[] fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            yield return fields.Length == 6
                ? new TrecRunLine(line, fields[0], fields[2], fields[3], TabularLines.Score(path, line, fields[4]))
                : throw new InputException($"{path} line {line}: {fields.Length} fields. A run has six: qid, Q0, docid, rank, score, tag.");
        }
    }
}
