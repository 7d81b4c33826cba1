namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// Sequences of one length over the engine's weights: a context, the replies that are being written in it, and those that wait for a place. Replies share each
/// step (continuous batching: a finished one's place is taken at once), prompts and scores are computed between the steps. Used by the engine's thread only.
/// </summary>
internal sealed class EngineShape : IDisposable
{
    private readonly LlamaModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly LlamaContext _context;
    private readonly StreamPool _streams;
    private readonly RunningReply?[] _places;
    private readonly WaitingRequests<GenerateRequest> _waiting = new();
    private readonly Candidates _candidates = new();
    private readonly int _contextTokens;
    private readonly bool _pair;

    /// <summary>Makes the context.</summary>
    /// <exception cref="Records.InputException">There is not enough memory for it.</exception>
    internal EngineShape(LlamaModel model, Tokenizer tokenizer, EngineSettings settings, int contextTokens, int sequences, int kept)
    {
        _model = model;
        _tokenizer = tokenizer;
        _contextTokens = contextTokens;
        _pair = settings.SameBits && model.PairsRows;
        _context = new LlamaContext(model, contextTokens, sequences + kept, settings);
        _streams = new StreamPool(_context, sequences, kept, settings.SharePrefixes, _pair);
        _places = new RunningReply?[sequences];
    }

    internal long TokensComputed => _streams.TokensComputed;

    internal long TokensShared => _streams.TokensShared;

    internal long Steps { get; private set; }

    internal long TokensDecoded { get; private set; }

    /// <summary>Requests that wait for a place.</summary>
    internal int Waiting => _waiting.Count;

    internal void Enqueue(GenerateRequest request) => _waiting.Add(request);

    /// <summary>Leading tokens of a prompt that need not be computed.</summary>
    internal int Shared(int[] tokens) => _streams.Shared(tokens);

    /// <summary>Fills free places.</summary>
    internal void Admit()
    {
        for (int place = 0; place < _places.Length; place++)
        {
            while (_places[place] is null && _waiting.Take(request => Shared(request.Prompt)) is { } next)
                Start(place, next);
        }
    }

    internal ContinuationScore Score(ScoredText text)
    {
        double sum = 0;
        double[] labels = new double[text.Labels.Length];
        int read = _streams.FillScored(text.Tokens, text.Prefix, text.Wanted, (position, logits) =>
        {
            double normalizer = LogSoftmax.Normalizer(logits);
            if (position >= text.Start - 1 && position < text.End - 1)
                sum += logits[text.Tokens[position + 1]] - normalizer;
            if (position == text.Tokens.Length - 1)
            {
                for (int i = 0; i < labels.Length; i++)
                    labels[i] = logits[text.Labels[i]] - normalizer;
            }
        });
        return new ContinuationScore
        {
            LogLikelihood = sum,
            Tokens = text.End - text.Start,
            Labels = labels,
            TokensRead = read,
        };
    }

    internal IReadOnlyList<NextToken> Weigh(NextTokensRequest request)
    {
        int[] tokens = request.Prompt;
        IReadOnlyList<NextToken> top = [];
        _streams.FillScored(tokens, tokens.Length, new WantedLogits(tokens.Length - 1, tokens.Length, -1), (_, logits) =>
        {
            double normalizer = LogSoftmax.Normalizer(logits);
            top = [.. _candidates.Top(logits, request.Top).ToArray().Select(token =>
                new NextToken(_tokenizer.Text(token.Id), token.Logit - normalizer, token.Logit))];
        });
        return top;
    }

    /// <summary>Computes one token for each running reply, in one batch.</summary>
    /// <returns>False where no reply is running.</returns>
    internal bool Step()
    {
        CloseRanks();
        _context.Begin();
        int count = 0;
        for (int place = 0; place < _places.Length; place++)
        {
            if (_places[place] is not { } reply)
                continue;

            KvStream stream = _streams.Running(place);
            reply.BatchIndex = _context.Add(reply.Next, stream.Length, stream.Id, output: true);
            stream.AppendDecoded();
            count++;
        }

        if (count == 0)
            return false;

        bool shadow = count == 1 && _pair;
        if (shadow)
            _streams.AddShadow(_places[0]!.Next, _contextTokens); // ranks are closed: the only one is the first
        _context.Compute();
        if (shadow)
            _streams.DropShadow();
        for (int place = 0; place < _places.Length; place++)
        {
            if (_places[place] is { } reply)
                Advance(place, _context.Logits(reply.BatchIndex));
        }

        Steps++;
        TokensDecoded += count;
        return true;
    }

    /// <summary>Tells every running and waiting reply why it will not come.</summary>
    internal void FailAll(Func<Exception> reason)
    {
        for (int place = 0; place < _places.Length; place++)
        {
            _places[place]?.Request.Fail(reason());
            Release(place);
        }

        _waiting.FailAll(reason);
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private void Start(int place, GenerateRequest request)
    {
        Sampler sampler;
        try
        {
            sampler = new Sampler(request.Sampling, _tokenizer, _model.Vocab);
        }
        catch (ArgumentException e)
        {
            request.Fail(e);
            return;
        }

        _places[place] = new RunningReply(request, sampler, _tokenizer);
        _streams.FillRunning(place, request.Prompt, request.Shared, (_, logits) => Advance(place, logits));
    }

    // The library computes neighbouring streams together and cuts the batch at a gap, so the last reply moves into it.
    private void CloseRanks()
    {
        for (int place = 0; place < _places.Length; place++)
        {
            if (_places[place] is { Request.Abandoned: true })
                Release(place);
        }

        int first = 0;
        int last = _places.Length - 1;
        while (true)
        {
            while (first < last && _places[first] is not null)
                first++;
            while (last > first && _places[last] is null)
                last--;
            if (first >= last)
                return;

            _streams.Move(last, first);
            (_places[first], _places[last]) = (_places[last], null);
        }
    }

    private void Advance(int place, Span<float> logits)
    {
        RunningReply reply = _places[place]!; // only called for taken places
        try
        {
            if (reply.Advance(logits))
                Release(place);
        }
        catch (InvalidOperationException e)
        {
            reply.Request.Fail(e);
            Release(place);
        }
    }

    private void Release(int place)
    {
        _places[place]?.Dispose();
        _places[place] = null;
    }
}
