using Lucene.Net.Analysis;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Bench.Retrieval;

/// <summary>BM25 by Lucene.Net's own index, English analysis: what the product had before its own index, kept to measure against.</summary>
/// <remarks>Lucene 4.8 keeps a passage's length in one byte, so its scores differ a little.</remarks>
internal sealed class LuceneBm25 : IDisposable
{
    private const string Body = "body";
    private readonly RAMDirectory _directory;
    private readonly EnglishAnalyzer _analyzer;
    private readonly DirectoryReader _reader;
    private readonly IndexSearcher _searcher;
    private readonly int[] _order; // indices by rising docid, which is Lucene's own tie-break

    // A long query (ReasonIR's run to 2,000 words) has more terms than Lucene's default limit of 1,024 clauses.
    static LuceneBm25() => BooleanQuery.MaxClauseCount = int.MaxValue;

    private LuceneBm25(RAMDirectory directory, EnglishAnalyzer analyzer, Similarity similarity, int[] order)
    {
        _directory = directory;
        _analyzer = analyzer;
        _reader = DirectoryReader.Open(directory);
        _searcher = new IndexSearcher(_reader) { Similarity = similarity };
        _order = order;
    }

    public static LuceneBm25 Build(IReadOnlyList<Passage> passages, double k1 = 0.9, double b = 0.4)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfNegative(k1);
        ArgumentOutOfRangeException.ThrowIfNegative(b);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(b, 1);
        int[] order = [.. Enumerable.Range(0, passages.Count).OrderBy(i => passages[i].Docid, StringComparer.Ordinal)];
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
            foreach (int passage in order)
            {
                field.SetStringValue(passages[passage].TitleAndText);
                writer.AddDocument(document);
            }

            writer.ForceMerge(1);
            writer.Commit();
        }

        return new LuceneBm25(directory, analyzer, similarity, order);
    }

    public IReadOnlyList<Hit> Search(string query, int depth)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        BooleanQuery terms = Terms(query);
        if (terms.Clauses.Count == 0 || _order.Length == 0)
        {
            return [];
        }

        TopDocs top = _searcher.Search(terms, Math.Min(depth, _order.Length));
        return [.. top.ScoreDocs.Select(d => new Hit(_order[d.Doc], d.Score))];
    }

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
