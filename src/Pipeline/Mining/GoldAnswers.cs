using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>Gold answers by a query's words: those of all queries that have the same words, for one of them stands for all.</summary>
internal sealed class GoldAnswers
{
    private readonly Dictionary<string, List<string>> _answers = new(StringComparer.Ordinal);

    /// <summary>Takes the queries' answers.</summary>
    public GoldAnswers(IEnumerable<MineQuery> queries)
    {
        foreach (MineQuery query in queries.Where(query => query.Answers.Count > 0))
        {
            string words = TextLine.Of(query.Text);
            if (!_answers.TryGetValue(words, out List<string>? answers)) _answers[words] = answers = [];
            answers.AddRange(query.Answers);
        }
    }

    /// <summary>The answers of a query on one line; none where they are not known.</summary>
    public IReadOnlyList<string> Of(string query) => _answers.GetValueOrDefault(query) ?? [];
}
