namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>What a search needs beside the index, kept by each thread from one search to the next. A search never waits and never calls another, so one a thread is enough.</summary>
internal sealed class SearchScratch
{
    [ThreadStatic]
    private static SearchScratch? _own;

    private SearchScratch()
    {
    }

    /// <summary>This thread's.</summary>
    public static SearchScratch Own => _own ??= new SearchScratch();

    /// <summary>A score for each passage of a block; all 0 between searches.</summary>
    public float[] Scores { get; } = new float[SearchTuning.MostPassages];

    /// <summary>Positions of the passages of a block that may still be among the best, rising.</summary>
    public int[] Candidates { get; } = new int[SearchTuning.MostPassages];

    /// <summary>Their scores so far.</summary>
    public float[] CandidateScores { get; } = new float[SearchTuning.MostPassages];

    /// <summary>The best so far.</summary>
    public TopScores Top { get; } = new();

    /// <summary>For each term of the query the next posting.</summary>
    public int[] Cursors { get; private set; } = [];

    /// <summary>For each term of the query the most that it and those after it can add.</summary>
    public double[] Bounds { get; private set; } = [];

    /// <summary>Numbers of the query's terms as they come.</summary>
    public List<int> TermNumbers { get; } = [];

    /// <summary>The query's terms.</summary>
    public QueryTerm[] Terms { get; private set; } = [];

    /// <summary>Makes room for a query.</summary>
    /// <param name="terms">Its terms.</param>
    public void Reserve(int terms)
    {
        if (Terms.Length >= terms) return;
        int length = Math.Max(terms, 64);
        Terms = new QueryTerm[length];
        Cursors = new int[length];
        Bounds = new double[length + 1];
    }
}
