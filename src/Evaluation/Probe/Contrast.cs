using System.Numerics.Tensors;

namespace R2Synth.Evaluation.Probe;

/// <summary>One batch of InfoNCE: every query against all passages of the batch, its own positive the right one.</summary>
/// <remarks>
/// loss = mean over queries of -ln softmax(cosine / temperature) at the positive. Left out of a query's sum: its positive's other copies, and passages that
/// are nearer to it than its positive by more than the margin, which are likely false negatives (Qwen3-Embedding, arXiv 2506.05176, section 3).
/// </remarks>
internal sealed class Contrast
{
    private readonly int _queries;
    private readonly int _dimensions;
    private readonly float _temperature;
    private readonly float[] _vectors;
    private readonly float[] _norms;
    private readonly float[] _errors; // queries x passages: softmax minus target, over temperature and number of queries

    private Contrast(List<TokenBag> texts, int queries, ProbeOptions options, ProbeWeights weights)
    {
        Texts = texts;
        _queries = queries;
        _dimensions = weights.Dimensions;
        _temperature = options.Temperature;
        _vectors = new float[texts.Count * _dimensions];
        _norms = new float[texts.Count];
        _errors = new float[queries * Passages];
        Gradients = [];
        Parallel.For(0, texts.Count, i => _norms[i] = weights.Encode(texts[i], Vector(i)));
        double[] losses = new double[queries];
        Parallel.For(0, queries, query => losses[query] = Compare(query, options.FalseNegativeMargin));
        Loss = losses.Average();
    }

    /// <summary>Queries, then positives in their order, then hard negatives.</summary>
    internal IReadOnlyList<TokenBag> Texts { get; }

    /// <summary>Mean loss a query.</summary>
    internal double Loss { get; }

    /// <summary>d loss / d (vector before it was brought to unit length), one a text, after <see cref="Backward"/>.</summary>
    internal float[] Gradients { get; private set; }

    private int Passages => Texts.Count - _queries;

    internal static Contrast Of((EncodedExample Example, int Turn)[] batch, ProbeOptions options, ProbeWeights weights)
    {
        List<TokenBag> texts = [.. batch.Select(b => b.Example.Query), .. batch.Select(b => b.Example.Positive)];
        foreach ((EncodedExample example, int turn) in batch)
        {
            int wanted = Math.Min(options.HardNegatives, example.Negatives.Count);
            for (int i = 0; i < wanted; i++) texts.Add(example.Negatives[((turn * wanted) + i) % example.Negatives.Count]);
        }

        return new Contrast(texts, batch.Length, options, weights);
    }

    internal void Backward()
    {
        Gradients = new float[_vectors.Length];
        Parallel.For(0, Texts.Count, text =>
        {
            Span<float> gradient = Gradients.AsSpan(text * _dimensions, _dimensions);
            if (text < _queries)
            {
                for (int p = 0; p < Passages; p++) Add(_errors[(text * Passages) + p], _queries + p, gradient);
            }
            else
            {
                for (int q = 0; q < _queries; q++) Add(_errors[(q * Passages) + text - _queries], q, gradient);
            }

            // Through u = v / |v|: dv = (g - (g.u) u) / |v|.
            if (_norms[text] <= 0)
            {
                gradient.Clear();
                return;
            }

            TensorPrimitives.MultiplyAdd(Vector(text), -TensorPrimitives.Dot<float>(gradient, Vector(text)), gradient, gradient);
            TensorPrimitives.Divide(gradient, _norms[text], gradient);
        });
    }

    private void Add(float error, int text, Span<float> gradient)
    {
        if (error != 0) TensorPrimitives.MultiplyAdd(Vector(text), error, gradient, gradient);
    }

    private Span<float> Vector(int text) => _vectors.AsSpan(text * _dimensions, _dimensions);

    private double Compare(int query, float margin)
    {
        Span<float> row = _errors.AsSpan(query * Passages, Passages);
        for (int p = 0; p < row.Length; p++) row[p] = TensorPrimitives.Dot<float>(Vector(query), Vector(_queries + p));
        float own = row[query];
        TokenBag positive = Texts[_queries + query];
        double sum = 0;
        for (int p = 0; p < row.Length; p++)
        {
            bool masked = p != query && (ReferenceEquals(Texts[_queries + p], positive) || row[p] > own + margin);
            // exp of differences to the positive: at most e^(margin / temperature), so nothing overflows.
            row[p] = masked ? 0 : MathF.Exp((row[p] - own) / _temperature);
            sum += row[p];
        }

        float scale = 1 / (_temperature * _queries);
        for (int p = 0; p < row.Length; p++) row[p] = (float)(row[p] / sum) * scale;
        row[query] -= scale;
        return Math.Log(sum);
    }
}
