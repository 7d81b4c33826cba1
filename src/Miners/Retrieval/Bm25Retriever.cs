using Lucene.Net.Analysis;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>
/// BM25 over title and text as one field, in memory, with Lucene's English analysis: lower case, possessives and stop words off, Porter stems.
/// Thread-safe once built.
/// </summary>
/// <remarks>
/// Robertson et al., TREC-3 (1994), in Lucene's form: idf = ln(1 + (N - n + 0.5) / (n + 0.5)); k1 and b of Anserini by default.
/// Differs from the formula in one place: Lucene 4.8 keeps a passage's length in one byte (three bits of 1 / sqrt(length)), so lengths up to a quarter apart can count as the same.
/// Passages are indexed by rising docid into a single segment, so Lucene's own tie-break (the internal number) is the ordinal docid.
/// </remarks>
public sealed class Bm25Retriever : IRetriever, IDisposable
{
    private const string Body = "body";
    private readonly RAMDirectory _directory;
    private readonly EnglishAnalyzer _analyzer;
    private readonly DirectoryReader _reader;
    private readonly IndexSearcher _searcher;
    private readonly DocidOrder _order;

    // A long query (ReasonIR's run to 2,000 words) has more terms than Lucene's default limit of 1,024 clauses.
    static Bm25Retriever() => BooleanQuery.MaxClauseCount = int.MaxValue;

    private Bm25Retriever(RAMDirectory directory, EnglishAnalyzer analyzer, Similarity similarity, DocidOrder order)
    {
        _directory = directory;
        _analyzer = analyzer;
        _reader = DirectoryReader.Open(directory);
        _searcher = new IndexSearcher(_reader) { Similarity = similarity };
        _order = order;
    }

    /// <inheritdoc/>
    public string Name => "bm25";

    /// <summary>Indexes a corpus.</summary>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="k1">Saturation of term frequency, at least 0.</param>
    /// <param name="b">Weight of length, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k1"/> or <paramref name="b"/> is out of range.</exception>
    public static Bm25Retriever Build(IReadOnlyList<Passage> passages, double k1 = 0.9, double b = 0.4)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfNegative(k1);
        ArgumentOutOfRangeException.ThrowIfNegative(b);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(b, 1);
        DocidOrder order = new(passages);
        BM25Similarity similarity = new((float)k1, (float)b);
        RAMDirectory directory = new();
        EnglishAnalyzer analyzer = new(LuceneVersion.LUCENE_48);
        IndexWriterConfig config = new(LuceneVersion.LUCENE_48, analyzer)
        {
            Similarity = similarity,
            MergePolicy = new LogDocMergePolicy(), // merges neighbours only: the order of passages stays
            MergeScheduler = new SerialMergeScheduler(),
            RAMBufferSizeMB = 64,
        };
        using (IndexWriter writer = new(directory, config))
        {
            TextField field = new(Body, "", Field.Store.NO);
            Document document = [field];
            foreach (int passage in order.Passages)
            {
                field.SetStringValue(passages[passage].TitleAndText);
                writer.AddDocument(document);
            }

            writer.ForceMerge(1);
            writer.Commit();
        }

        return new Bm25Retriever(directory, analyzer, similarity, order);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Search(query, depth));
    }

    /// <summary>Finds the best passages that share a term with the query; see <see cref="IRetriever.SearchAsync"/>.</summary>
    /// <inheritdoc cref="IRetriever.SearchAsync"/>
    public IReadOnlyList<Hit> Search(string query, int depth)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        BooleanQuery terms = Terms(query);
        if (terms.Clauses.Count == 0 || _order.Passages.Length == 0)
        {
            return [];
        }

        TopDocs top = _searcher.Search(terms, Math.Min(depth, _order.Passages.Length));
        return [.. top.ScoreDocs.Select(d => new Hit(_order.Passages[d.Doc], d.Score))];
    }

    /// <summary>Scores chosen passages, wherever they rank.</summary>
    /// <param name="query">The query as plain text.</param>
    /// <param name="passages">Indices into the corpus, in any order.</param>
    /// <returns>One score a passage, in their order; 0 where no term is shared.</returns>
    public IReadOnlyList<double> Score(string query, IReadOnlyList<int> passages)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        double[] scores = new double[passages.Count];
        BooleanQuery terms = Terms(query);
        if (terms.Clauses.Count == 0 || scores.Length == 0)
        {
            return scores;
        }

        Weight weight = _searcher.CreateNormalizedWeight(terms);
        Scorer? scorer = weight.GetScorer(_reader.Leaves.Single(), null);
        foreach (int i in Enumerable.Range(0, scores.Length).OrderBy(i => _order.Positions[passages[i]]))
        {
            int document = _order.Positions[passages[i]];
            if (scorer is not null && (scorer.DocID >= document ? scorer.DocID : scorer.Advance(document)) == document)
            {
                scores[i] = scorer.GetScore();
            }
        }

        return scores;
    }

    /// <summary>Frees the index.</summary>
    public void Dispose()
    {
        _reader.Dispose();
        _analyzer.Dispose();
        _directory.Dispose();
    }

    // A bag of terms: a term that the query repeats weighs as often as it occurs.
    private BooleanQuery Terms(string query)
    {
        OrderedDictionary<string, int> counts = new(StringComparer.Ordinal);
        using (TokenStream tokens = _analyzer.GetTokenStream(Body, query))
        {
            ICharTermAttribute term = tokens.AddAttribute<ICharTermAttribute>();
            tokens.Reset();
            while (tokens.IncrementToken())
            {
                string text = new(term.Buffer, 0, term.Length);
                counts[text] = counts.GetValueOrDefault(text) + 1;
            }

            tokens.End();
        }

        BooleanQuery terms = [];
        foreach ((string term, int count) in counts)
        {
            terms.Add(new TermQuery(new Term(Body, term)) { Boost = count }, Occur.SHOULD);
        }

        return terms;
    }
}
