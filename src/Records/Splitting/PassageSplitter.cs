using R2Synth.Records.Documents;

namespace R2Synth.Records.Splitting;

/// <summary>
/// Cuts a document into passages of whole sentences, list items and lines. A passage never crosses a heading, and its title is the way there
/// (<c>Code review › For reviewers</c>). Thread-safe.
/// </summary>
internal sealed class PassageSplitter
{
    /// <summary>A remainder below the minimum may make its neighbour this much longer than the maximum.</summary>
    public const double JoinTolerance = 1.25;

    private readonly int _maxWords;
    private readonly int _overlapWords;
    private readonly int _minWords;

    /// <summary>Creates it with the limits as they are now.</summary>
    /// <exception cref="InputException">The limits contradict each other.</exception>
    public PassageSplitter(CorpusOptions options)
    {
        (_maxWords, _overlapWords, _minWords) = (options.MaxWords, options.OverlapWords, options.MinWords);
        if (_maxWords < 1)
            throw new InputException($"R2Synth:Corpus:MaxWords is {_maxWords}; a passage needs at least 1 word.");
        if (_overlapWords < 0 || _overlapWords >= _maxWords)
            throw new InputException($"R2Synth:Corpus:OverlapWords is {_overlapWords} and R2Synth:Corpus:MaxWords {_maxWords}: the overlap must be at least 0 and below the maximum. Lower OverlapWords or raise MaxWords.");
        if (_minWords < 0 || _minWords > _maxWords)
            throw new InputException($"R2Synth:Corpus:MinWords is {_minWords} and R2Synth:Corpus:MaxWords {_maxWords}: the minimum must be at least 0 and no more than the maximum. Lower MinWords or raise MaxWords.");
    }

    private int JoinLimit => (int)(_maxWords * JoinTolerance);

    /// <summary>The passages of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="docid">The document's id; passages are <c>docid#0</c>, <c>docid#1</c>, ...</param>
    /// <param name="keepShort">Whether a section below the minimum is kept all the same.</param>
    public SplitResult Split(Document document, string docid, bool keepShort = false)
    {
        List<Passage> passages = [];
        int leftOut = 0, wordsLeftOut = 0;
        foreach (Section section in document.Sections)
        {
            string title = TitleOf(document, section);
            int reached = section.Blocks[0].Start;
            List<Stretch> kept = Join(Pack(UnitsOf(document.Text, section)));
            if (!keepShort)
                kept.RemoveAll(s => s.Words < _minWords);
            foreach (Stretch stretch in kept)
            {
                CountGap(reached, stretch.Start);
                reached = stretch.End;
                passages.Add(new Passage
                {
                    Docid = $"{docid}#{passages.Count}",
                    Title = title,
                    Text = document.Text[stretch.Start..stretch.End],
                    Start = stretch.Start,
                });
            }

            CountGap(reached, section.Blocks[^1].Start + section.Blocks[^1].Length);
        }

        return new SplitResult(passages, leftOut, wordsLeftOut);

        void CountGap(int from, int to)
        {
            int words = from < to ? Words.Count(document.Text.AsSpan(from, to - from)) : 0;
            leftOut += words > 0 ? 1 : 0;
            wordsLeftOut += words;
        }
    }

    /// <summary>The title of a section's passages: the document's title and the headings; one that the title before it ends with is not said again.</summary>
    internal static string TitleOf(Document document, Section section)
    {
        List<string> parts = [];
        foreach (string part in section.Headings.Prepend(document.Title))
            if (part.Length > 0 && (parts.Count == 0 || !EndsWith(parts[^1], part)))
                parts.Add(part);
        return string.Join(Passage.TitleSeparator, parts);

        static bool EndsWith(string title, string heading) =>
            title.EndsWith(heading, StringComparison.OrdinalIgnoreCase) && (title.Length == heading.Length || title[^(heading.Length + 1)] == ' ');
    }

    private List<Unit> UnitsOf(string text, Section section)
    {
        List<Unit> units = [];
        foreach (Block block in section.Blocks)
        {
            int end = block.Start + block.Length;
            int words = Words.Count(text.AsSpan(block.Start, block.Length));
            if (block.Kind != BlockKind.Prose && words <= _maxWords)
            {
                Add(units, new Unit(Indented(text, block.Start), end, words, IsWhole: true, block.Leads));
                continue;
            }

            foreach ((int from, int to) in SentenceSplitter.Split(text, block.Start, end))
                AddSentence(units, text, from, to, block.Leads && to == end);
        }

        return units;
    }

    // What introduces the next unit stays with it where both fit.
    private void Add(List<Unit> units, Unit unit)
    {
        if (units.Count > 0 && units[^1] is { Leads: true } lead && lead.Words + unit.Words <= _maxWords)
            units[^1] = unit with { Start = lead.Start, Words = lead.Words + unit.Words, IsWhole = lead.IsWhole && unit.IsWhole };
        else
            units.Add(unit);
    }

    private static int Indented(string text, int start)
    {
        while (char.IsWhiteSpace(text[start]))
            start++;
        return start;
    }

    // A sentence above the limit is cut into pieces of about the same length, after a comma or the like where one is near.
    private void AddSentence(List<Unit> units, string text, int from, int to, bool leads)
    {
        List<(int Start, int End)> words = Words.Spans(text.AsSpan(from, to - from));
        if (words.Count <= _maxWords)
        {
            Add(units, new Unit(from, to, words.Count, IsWhole: true, leads));
            return;
        }

        int first = 0;
        while (first < words.Count)
        {
            int next = first + PieceLength(text, from, words, first);
            Add(units, new Unit(from + words[first].Start, from + words[next - 1].End, next - first, IsWhole: false, leads && next == words.Count));
            first = next;
        }
    }

    private int PieceLength(string text, int from, List<(int Start, int End)> words, int first)
    {
        int rest = words.Count - first;
        if (rest <= _maxWords)
            return rest;
        int pieces = (rest + _maxWords - 1) / _maxWords;
        int length = (rest + pieces - 1) / pieces;
        for (int shorter = length; shorter > length * 3 / 4; shorter--)
            if (text[from + words[first + shorter - 1].End - 1] is ',' or ';' or ':' or '—' or '，' or '；' or '、' or '،')
                return shorter;
        return length;
    }

    private List<Stretch> Pack(List<Unit> units)
    {
        List<Stretch> stretches = [];
        int first = 0;   // the first unit of the open stretch, overlap included
        int fresh = 0;   // the first unit that no stretch before holds
        int words = 0;
        for (int i = 0; i < units.Count; i++)
        {
            int limit = words < _minWords ? JoinLimit : _maxWords;
            if (i > fresh && words + units[i].Words > limit)
            {
                stretches.Add(Make(first, i, words));
                (first, words) = Overlap(units, first, i);
                fresh = i;
            }

            words += units[i].Words;
        }

        if (units.Count > 0)
            stretches.Add(Make(first, units.Count, words));
        return stretches;

        Stretch Make(int from, int to, int total)
        {
            int newWords = 0;
            for (int i = fresh; i < to; i++)
                newWords += units[i].Words;
            return new Stretch(units[from].Start, units[to - 1].End, total, newWords);
        }
    }

    // Whole sentences before unit 'next', as many as the overlap holds and leave room for it.
    private (int First, int Words) Overlap(List<Unit> units, int first, int next)
    {
        int from = next, words = 0;
        while (from - 1 > first && units[from - 1].IsWhole && words + units[from - 1].Words is int more
               && more <= _overlapWords && more + units[next].Words <= _maxWords)
        {
            from--;
            words = more;
        }

        return (from, words);
    }

    private List<Stretch> Join(List<Stretch> stretches)
    {
        List<Stretch> joined = [];
        foreach (Stretch stretch in stretches)
        {
            if (stretch.Words < _minWords && joined.Count > 0 && joined[^1].Words + stretch.NewWords <= JoinLimit)
                joined[^1] = joined[^1] with { End = stretch.End, Words = joined[^1].Words + stretch.NewWords, NewWords = joined[^1].NewWords + stretch.NewWords };
            else
                joined.Add(stretch);
        }

        return joined;
    }

    private readonly record struct Unit(int Start, int End, int Words, bool IsWhole, bool Leads);

    private readonly record struct Stretch(int Start, int End, int Words, int NewWords);
}
