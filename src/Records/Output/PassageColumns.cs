namespace R2Synth.Records.Output;

/// <summary>The columns of a list of passages.</summary>
internal sealed class PassageColumns(GroupSchema.PassageFields fields)
{
    // positives: optional (1), list: repeated (2). An empty list is there, but has no element.
    private const int EmptyList = 1;
    private const int NextElement = 1;

    private readonly LeafColumn<ReadOnlyMemory<char>> _docid = new(fields.Docid);
    private readonly LeafColumn<ReadOnlyMemory<char>> _title = new(fields.Title);
    private readonly LeafColumn<ReadOnlyMemory<char>> _text = new(fields.Text);
    private readonly LeafColumn<int> _grade = new(fields.Grade);
    private readonly LeafColumn<ReadOnlyMemory<char>> _origin = new(fields.Origin);
    private readonly LeafColumn<int> _rank = new(fields.Rank);
    private readonly MapColumns<double> _scores = new(fields.Scores);

    /// <summary>In the order of the schema.</summary>
    public IReadOnlyList<LeafColumn> All => [_docid, _title, _text, _grade, _origin, _rank, _scores.Keys, _scores.Values];

    public void Add(IReadOnlyList<JudgedPassage> passages)
    {
        if (passages.Count == 0)
        {
            foreach (LeafColumn column in All)
                column.AddAbsent(EmptyList, 0);
            return;
        }

        for (int i = 0; i < passages.Count; i++)
            Add(passages[i], i == 0 ? 0 : NextElement);
    }

    private void Add(JudgedPassage passage, int repetition)
    {
        _docid.Add(passage.Docid.AsMemory(), repetition);
        _title.Add(passage.Title.AsMemory(), repetition);
        _text.Add(passage.Text.AsMemory(), repetition);
        _grade.Add(passage.Grade, repetition);
        _origin.Add(OriginNames.Of(passage.Origin).AsMemory(), repetition);
        _rank.Add(passage.Rank, repetition);
        _scores.Add(passage.Scores, repetition);
    }
}
