using System.Numerics.Tensors;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Draws a reply's tokens: one draw of the seed's stream a token, so the same logits and seed always give the same token. Not thread-safe.</summary>
internal sealed class Sampler : IDisposable
{
    /// <summary>A token less likely than this in terms of the likeliest one is never drawn, whatever the options: it saves sorting the vocabulary.</summary>
    internal const double LeastRatio = 1e-9;

    private readonly SamplingOptions _options;
    private readonly Tokenizer _tokenizer;
    private readonly Grammar? _grammar;
    private readonly UnitSeed _seed;
    private readonly Candidates _candidates = new();
    private readonly Dictionary<int, int> _written = [];

    /// <exception cref="ArgumentException">The grammar cannot be read.</exception>
    internal Sampler(SamplingOptions options, Tokenizer tokenizer, nint vocab)
    {
        _options = options;
        _tokenizer = tokenizer;
        _seed = new UnitSeed(options.Seed, "llama/sampler", 0);
        _grammar = options.Grammar is null ? null : new Grammar(vocab, options.Grammar);
    }

    private bool Greedy => _options.Temperature <= 0;

    /// <summary>The next token.</summary>
    /// <param name="logits">One a token of the vocabulary; penalties are taken off in place.</param>
    /// <exception cref="InvalidOperationException">The grammar allows no token.</exception>
    internal int Next(Span<float> logits)
    {
        Penalize(logits);
        double draw = Greedy ? 0 : _seed.NextDouble();
        int token = Greedy ? TensorPrimitives.IndexOfMax<float>(logits) : Draw(logits, draw);
        // Most tokens fit the grammar, and asking for one is cheap; the vocabulary is masked only where the first choice does not.
        if (_grammar is not null && !_grammar.Allows(token))
            token = DrawMasked(logits, draw);
        if (_grammar is not null && !_tokenizer.EndsGeneration(token))
            _grammar.Accept(token);
        if (_options.FrequencyPenalty != 0 || _options.PresencePenalty != 0)
            _written[token] = _written.GetValueOrDefault(token) + 1;
        return token;
    }

    /// <inheritdoc/>
    public void Dispose() => _grammar?.Dispose();

    private void Penalize(Span<float> logits)
    {
        foreach ((int token, int times) in _written)
            logits[token] -= (_options.FrequencyPenalty * times) + _options.PresencePenalty;
    }

    private int Draw(ReadOnlySpan<float> logits, double draw)
    {
        float best = TensorPrimitives.Max(logits);
        _candidates.Collect(logits, Floor(best));
        _candidates.Sort();
        return Draw(draw);
    }

    // Widens the window below the top until what it holds settles the draw.
    private int DrawMasked(ReadOnlySpan<float> logits, double draw)
    {
        float top = TensorPrimitives.Max(logits);
        foreach (float window in (ReadOnlySpan<float>)[6, 12, 24, float.PositiveInfinity])
        {
            // Minus infinity itself stays out: it means masked.
            float floor = Math.Max(top - window, float.MinValue);
            _candidates.Collect(logits, floor);
            _grammar!.Mask(_candidates.Tokens); // only called with a grammar
            _candidates.DropMasked();
            if (_candidates.Tokens.Length == 0)
                continue;

            _candidates.Sort();
            float best = _candidates.Tokens[0].Logit;
            bool settled = Greedy || floor == float.MinValue || Floor(best) >= floor
                || (_options.TopK > 0 && _candidates.Tokens.Length >= _options.TopK);
            if (settled)
                return Greedy ? _candidates.Tokens[0].Id : Draw(draw);
        }

        throw new InvalidOperationException("The grammar allows no token of the vocabulary here. Check the schema for texts that the model cannot write.");
    }

    // Below it a candidate is out by min-p.
    private float Floor(float best) => (float)(best + (_options.Temperature * Math.Log(Math.Max(_options.MinP, LeastRatio))));

    private int Draw(double draw)
    {
        Span<TokenData> tokens = _candidates.Tokens;
        if (_options.TopK > 0 && tokens.Length > _options.TopK)
            tokens = tokens[.._options.TopK];

        float best = tokens[0].Logit;
        float floor = Floor(best);
        Span<double> weights = tokens.Length <= 512 ? stackalloc double[tokens.Length] : new double[tokens.Length];
        double total = 0;
        int count = 0;
        while (count < tokens.Length && tokens[count].Logit >= floor)
        {
            weights[count] = Math.Exp((tokens[count].Logit - (double)best) / _options.Temperature);
            total += weights[count++];
        }

        if (_options.TopP < 1)
            (count, total) = Nucleus(weights[..count], total * _options.TopP);

        double left = draw * total;
        for (int i = 0; i < count; i++)
        {
            left -= weights[i];
            if (left < 0)
                return tokens[i].Id;
        }

        return tokens[count - 1].Id;
    }

    private static (int Count, double Total) Nucleus(ReadOnlySpan<double> weights, double enough)
    {
        double total = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            total += weights[i];
            if (total >= enough)
                return (i + 1, total);
        }

        return (weights.Length, total);
    }
}
