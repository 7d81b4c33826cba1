using System.Threading.Channels;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// One model's context and the one thread that uses it. Replies share each step (continuous batching: a finished one's place is taken at once),
/// prompts and scores are computed between the steps. Thread-safe.
/// </summary>
internal sealed class LlamaEngine : IAsyncDisposable
{
    private const int Waiting = 256;

    private readonly LlamaModel _model;
    private readonly LlamaContext _context;
    private readonly StreamPool _streams;
    private readonly RunningReply?[] _places;
    private readonly Channel<GenerateRequest> _generate = Channel.CreateBounded<GenerateRequest>(Waiting);
    private readonly Channel<ScoreRequest> _score = Channel.CreateBounded<ScoreRequest>(Waiting);
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile Exception? _fault;

    /// <summary>Makes the context and starts the thread.</summary>
    /// <param name="model">The weights; the caller keeps them until the engine is disposed of.</param>
    /// <param name="settings">The size.</param>
    internal LlamaEngine(LlamaModel model, EngineSettings settings)
    {
        _model = model;
        Settings = settings;
        Tokenizer = new Tokenizer(model);
        _context = new LlamaContext(model, settings.ContextTokens, settings.Sequences + EngineSettings.KeptPrompts, settings.Threads);
        _streams = new StreamPool(_context, settings.Sequences, EngineSettings.KeptPrompts, settings.SharePrefixes, model.PairsRows);
        _places = new RunningReply?[settings.Sequences];
        bool held = false;
        model.DangerousAddRef(ref held);
        _thread = new Thread(Run) { IsBackground = true, Name = "llama" };
        _thread.Start();
    }

    internal EngineSettings Settings { get; }

    internal Tokenizer Tokenizer { get; }

    /// <summary>Prompt tokens computed and taken over so far, for the benchmark.</summary>
    internal (long Computed, long Shared) PromptTokens => (_streams.TokensComputed, _streams.TokensShared);

    /// <summary>Decoding steps, and tokens drawn in them, so far.</summary>
    internal (long Steps, long Tokens) Decoded { get; private set; }

    /// <summary>Writes a reply.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The prompt has no token, or no token may be written.</exception>
    /// <exception cref="ContextExceededException">Prompt and reply do not fit a sequence.</exception>
    internal Task<Generation> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Prompt.Length, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTokens, 1, nameof(request));
        CheckRoom(request.Prompt.Length + request.MaxTokens);
        return SubmitAsync<GenerateRequest, Generation>(_generate.Writer, request, cancellationToken);
    }

    /// <summary>Scores texts.</summary>
    /// <exception cref="ContextExceededException">One of them does not fit a sequence.</exception>
    internal Task<IReadOnlyList<ContinuationScore>> ScoreAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        foreach (ScoredText text in request.Texts)
            CheckRoom(text.Tokens.Length);
        return SubmitAsync<ScoreRequest, IReadOnlyList<ContinuationScore>>(_score.Writer, request, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _wake.Set();
        await _ended.Task;
    }

    private void CheckRoom(int tokens)
    {
        if (tokens > Settings.ContextTokens)
            throw new ContextExceededException(tokens, Settings.ContextTokens);
    }

    private async Task<TResult> SubmitAsync<TRequest, TResult>(ChannelWriter<TRequest> writer, TRequest request, CancellationToken cancellationToken)
        where TRequest : EngineRequest<TResult>
    {
        try
        {
            await writer.WriteAsync(request, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw Ended();
        }

        _wake.Set();
        return await request.WaitAsync(cancellationToken);
    }

    private Exception Ended() => _fault is { } fault
        ? new InvalidOperationException(fault.Message, fault)
        : new ObjectDisposedException(nameof(LlamaEngine), "The model was closed while a request was waiting for it.");

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                Admit();
                bool scored = ScoreOne();
                bool stepped = Step();
                if (!scored && !stepped && !_generate.Reader.TryPeek(out _) && !_score.Reader.TryPeek(out _))
                    _wake.WaitOne();
            }
        }
#pragma warning disable CA1031 // Whatever it was, every waiting caller must hear of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _fault = e;
        }
        finally
        {
            FailAll();
            _context.Dispose();
            _model.DangerousRelease();
            _ended.SetResult();
        }
    }

    private void Admit()
    {
        for (int place = 0; place < _places.Length; place++)
        {
            while (_places[place] is null && _generate.Reader.TryRead(out GenerateRequest? request))
            {
                if (!request.Abandoned)
                    Start(place, request);
            }
        }
    }

    private void Start(int place, GenerateRequest request)
    {
        Sampler sampler;
        try
        {
            sampler = new Sampler(request.Sampling, Tokenizer, _model.Vocab);
        }
        catch (ArgumentException e)
        {
            request.Fail(e);
            return;
        }

        RunningReply reply = new(request, sampler, Tokenizer);
        _places[place] = reply;
        _streams.FillRunning(place, request.Prompt, request.Shared, (_, logits) => Advance(place, logits));
    }

    private bool ScoreOne()
    {
        if (!_score.Reader.TryRead(out ScoreRequest? request))
            return false;

        List<ContinuationScore> scores = new(request.Texts.Count);
        foreach (ScoredText text in request.Texts)
        {
            if (request.Abandoned || _stopping)
                break;
            scores.Add(Score(text));
        }

        if (scores.Count == request.Texts.Count)
            request.Complete(scores);
        else
            request.Fail(Ended());
        return true;
    }

    private ContinuationScore Score(ScoredText text)
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

    // One token for each running reply, in one batch.
    private bool Step()
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

        bool shadow = count == 1 && _model.PairsRows;
        if (shadow)
            _streams.AddShadow(_places[0]!.Next, Settings.ContextTokens); // ranks are closed: the only one is the first
        _context.Compute();
        if (shadow)
            _streams.DropShadow();
        for (int place = 0; place < _places.Length; place++)
        {
            if (_places[place] is { } reply)
                Advance(place, _context.Logits(reply.BatchIndex));
        }

        Decoded = (Decoded.Steps + 1, Decoded.Tokens + count);
        return true;
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

    private void FailAll()
    {
        _generate.Writer.TryComplete();
        _score.Writer.TryComplete();
        for (int place = 0; place < _places.Length; place++)
        {
            _places[place]?.Request.Fail(Ended());
            Release(place);
        }

        while (_generate.Reader.TryRead(out GenerateRequest? request))
            request.Fail(Ended());
        while (_score.Reader.TryRead(out ScoreRequest? request))
            request.Fail(Ended());
    }
}
