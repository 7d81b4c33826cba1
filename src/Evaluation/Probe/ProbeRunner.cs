using R2Synth.Inference;
using R2Synth.Inference.TokenTables;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Evaluation.Probe;

/// <summary>
/// Trains a small static-embedding retriever on groups and measures it on a judged collection whose queries it never saw: what the data teaches
/// (design, section 9).
/// </summary>
/// <param name="table">The token table to begin with.</param>
/// <param name="tokenizer">The tokenizer that the table's rows belong to.</param>
/// <param name="options">How to train.</param>
public sealed class ProbeRunner(TokenTable table, TextTokenizer tokenizer, ProbeOptions options)
{
    private const int Depth = 100;
    private const long PeopleSeed = 1; // which half of the judged queries is learned from, the same for every run

    /// <summary>Measures data on a collection.</summary>
    /// <param name="collection">Passages, judged queries, judgments. Only its passages are seen in training, for idf.</param>
    /// <param name="examples">The data, in the shards' order.</param>
    /// <param name="control">Other data to train on for comparison (title-text pairs), may be empty.</param>
    /// <param name="people">
    /// Also train on people's own pairs: half of the judged queries, by lot, with their relevant passages, at most as many pairs as there are examples.
    /// Every system is then measured on the other half alone.
    /// </param>
    /// <param name="seeds">Training seeds; figures are means over them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">There are too few examples to train on, or the table does not fit the tokenizer.</exception>
    public ProbeReport Measure(
        JudgedCorpus collection, IReadOnlyList<ProbeExample> examples, IReadOnlyList<ProbeExample> control, bool people, IReadOnlyList<long> seeds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(examples);
        if (table.Rows != tokenizer.VocabularySize) throw new InputException($"The token table has {table.Rows} rows and the tokenizer {tokenizer.VocabularySize} tokens. They must belong to one model.");
        if (examples.Count < 4) throw new InputException($"The probe needs at least 4 groups to train on, and there are {examples.Count}.");
        IReadOnlyList<ProbeExample> pairs = people ? Halve(ref collection, examples.Count) : [];
        TokenBag[] corpus = [.. collection.Passages.AsParallel().AsOrdered().Select(passage => Bag(passage.TitleAndText))];
        TokenBag[] queries = [.. collection.Queries.Select(query => Bag(query.Text))];
        ProbeWeights untrained = ProbeWeights.Untrained(table, corpus);
        using Bm25Retriever bm25 = Bm25Retriever.Build(collection.Passages, cancellationToken: cancellationToken);
        IReadOnlyList<Hit>[] lexical = [.. collection.Queries.AsParallel().AsOrdered().Select(query => bm25.Search(query.Text, Depth))];

        Measured bm25Measured = Score(collection, lexical);
        Measured untrainedMeasured = Score(collection, Search(untrained, corpus, queries, collection, cancellationToken));
        List<Measured> trained = [], fused = [];
        List<int> steps = [];
        foreach ((ProbeWeights weights, int step) in Train(untrained, examples, seeds, cancellationToken))
        {
            steps.Add(step);
            IReadOnlyList<Hit>[] dense = Search(weights, corpus, queries, collection, cancellationToken);
            trained.Add(Score(collection, dense));
            fused.Add(Score(collection, [.. dense.Select((hits, i) => ReciprocalRankFusion.Fuse([lexical[i], hits], collection.Passages))]));
        }

        List<Measured> Reference(IReadOnlyList<ProbeExample> data) => data.Count == 0
            ? []
            : [.. Train(untrained, data, seeds, cancellationToken).Select(t => Score(collection, Search(t.Weights, corpus, queries, collection, cancellationToken)))];

        List<(string System, List<Measured> Seeds)> systems =
        [
            ("bm25", [bm25Measured]), ("untrained", [untrainedMeasured]), ("trained", trained), ("fused", fused), ("titles", Reference(control)), ("people", Reference(pairs)),
        ];
        return new ProbeReport
        {
            Collection = collection.Name,
            Queries = queries.Length,
            Examples = examples.Count,
            Steps = steps,
            Rows = [.. systems.Where(system => system.Seeds.Count > 0).Select(system => Row(system.System, system.Seeds, untrainedMeasured, bm25Measured))],
        };
    }

    private IEnumerable<(ProbeWeights Weights, int Step)> Train(ProbeWeights untrained, IReadOnlyList<ProbeExample> examples, IReadOnlyList<long> seeds, CancellationToken cancellationToken)
    {
        EncodedExample[] data = Encode(examples);
        return seeds.Select(seed => new ProbeTrainer(options, untrained, data, seed).Train(cancellationToken));
    }

    // The collection keeps the half that is not learned from.
    private static ProbeExample[] Halve(ref JudgedCorpus collection, int most)
    {
        JudgedCorpus whole = collection;
        int[] order = [.. Enumerable.Range(0, whole.Queries.Count)];
        new UnitSeed(PeopleSeed, "probe/people", 0).Shuffle(order.AsSpan());
        Dictionary<string, Passage> passages = whole.Passages.ToDictionary(passage => passage.Docid, StringComparer.Ordinal);
        ProbeExample[] pairs = [.. order.Skip(order.Length / 2).Select(i => whole.Queries[i])
            .SelectMany(query => whole.Qrels.Of(query.Qid).Where(judged => judged.Value > 0 && passages.ContainsKey(judged.Key))
                .OrderBy(judged => judged.Key, StringComparer.Ordinal)
                .Select(judged => new ProbeExample { Query = query.Text, Positive = passages[judged.Key].TitleAndText }))
            .Take(most)];
        if (pairs.Length < 4) throw new InputException($"{whole.Name}: half of the judged queries give {pairs.Length} pairs, too few to train on. Leave out the reference of people's pairs for this collection.");
        (string Qid, string Text)[] kept = [.. order.Take(order.Length / 2).Order().Select(i => whole.Queries[i])];
        collection = whole with { Queries = kept, Qrels = whole.Qrels.Only(kept.Select(query => query.Qid)) };
        return pairs;
    }

    private static ProbeRow Row(string system, List<Measured> seeds, Measured untrained, Measured bm25)
    {
        double[] ndcg = Mean([.. seeds.Select(seed => seed.Ndcg)]);
        return new ProbeRow
        {
            System = system,
            Ndcg = ndcg,
            Recall = Mean([.. seeds.Select(seed => seed.Recall)]),
            SeedNdcg = [.. seeds.Select(seed => seed.Ndcg.Average())],
            AgainstUntrained = system == "untrained" ? null : PairedDifference.Of(ndcg, untrained.Ndcg),
            AgainstBm25 = system == "bm25" ? null : PairedDifference.Of(ndcg, bm25.Ndcg),
        };
    }

    private static double[] Mean(IReadOnlyList<IReadOnlyList<double>> seeds) => [.. Enumerable.Range(0, seeds[0].Count).Select(i => seeds.Average(seed => seed[i]))];

    private static Measured Score(JudgedCorpus collection, IReadOnlyList<Hit>[] rankings)
    {
        TrecRun run = new(rankings.SelectMany((hits, i) => hits.Take(Depth).Select(hit => (collection.Queries[i].Qid, collection.Passages[hit.Passage].Docid, hit.Score))));
        EvaluationResult result = Evaluator.Evaluate(run, collection.Qrels);
        return new Measured(result.PerQuery["ndcg@10"], result.PerQuery["recall@100"]);
    }

    private static IReadOnlyList<Hit>[] Search(ProbeWeights weights, TokenBag[] corpus, TokenBag[] queries, JudgedCorpus collection, CancellationToken cancellationToken)
    {
        VectorSearch search = new(weights.EncodeAll(corpus, cancellationToken), weights.Dimensions, collection.Passages);
        float[] vectors = weights.EncodeAll(queries, cancellationToken);
        IReadOnlyList<Hit>[] rankings = new IReadOnlyList<Hit>[queries.Length];
        Parallel.For(0, queries.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            rankings[i] = search.Search(vectors.AsSpan(i * weights.Dimensions, weights.Dimensions), Depth));
        return rankings;
    }

    private EncodedExample[] Encode(IReadOnlyList<ProbeExample> examples)
    {
        Dictionary<string, TokenBag> known = new(StringComparer.Ordinal);
        TokenBag Known(string text) => known.TryGetValue(text, out TokenBag? bag) ? bag : known[text] = Bag(text);
        return [.. examples.Select(example => new EncodedExample(Bag(example.Query), Known(example.Positive), [.. example.Negatives.Select(Known)]))];
    }

    private TokenBag Bag(string text) => TokenBag.Of(tokenizer.Encode(text), options.MaxTokens);

    private sealed record Measured(IReadOnlyList<double> Ndcg, IReadOnlyList<double> Recall);
}
