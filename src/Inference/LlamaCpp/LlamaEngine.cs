using System.Threading.Channels;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// One model's contexts and the one thread that uses them: many short sequences, and few long ones that are made when the first request needs them. A request goes by
/// its own length, prompt and room for the reply. Thread-safe.
/// </summary>
internal sealed class LlamaEngine : IAsyncDisposable
{
    private const int Waiting = 256;

    private readonly LlamaModel _model;
    private readonly EngineShape _short;
    private EngineShape? _long;
    private readonly Channel<EngineRequest> _arriving = Channel.CreateBounded<EngineRequest>(Waiting);
    private readonly WaitingRequests<EngineRequest> _reading = new(); // what is read and not written: scores, next tokens
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile Exception? _fault;

    /// <summary>Makes the context of the short sequences and starts the thread.</summary>
    /// <param name="model">The weights; the caller keeps them until the engine is disposed of.</param>
    /// <param name="settings">The size.</param>
    /// <exception cref="InputException">There is not enough memory.</exception>
    internal LlamaEngine(LlamaModel model, EngineSettings settings)
    {
        _model = model;
        Settings = settings;
        Tokenizer = new Tokenizer(model);
        _short = new EngineShape(model, Tokenizer, settings, settings.ContextTokens, settings.Sequences, settings.KeptPrompts);
        bool held = false;
        model.DangerousAddRef(ref held);
        _thread = new Thread(Run) { IsBackground = true, Name = "llama" };
        _thread.Start();
    }

    internal EngineSettings Settings { get; }

    internal Tokenizer Tokenizer { get; }

    /// <summary>Prompt tokens computed and taken over so far, for the benchmark.</summary>
    internal (long Computed, long Shared) PromptTokens => (_short.TokensComputed + (_long?.TokensComputed ?? 0), _short.TokensShared + (_long?.TokensShared ?? 0));

    /// <summary>Decoding steps, and tokens drawn in them, so far.</summary>
    internal (long Steps, long Tokens) Decoded => (_short.Steps + (_long?.Steps ?? 0), _short.TokensDecoded + (_long?.TokensDecoded ?? 0));

    /// <summary>Whether the long sequences were needed so far.</summary>
    internal bool HasLong => _long is not null;

    /// <summary>Writes a reply.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The prompt has no token, or no token may be written.</exception>
    /// <exception cref="ContextExceededException">Prompt and reply do not fit the longest sequence.</exception>
    /// <exception cref="InputException">There is not enough memory for long sequences.</exception>
    internal Task<Generation> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Prompt.Length, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTokens, 1, nameof(request));
        CheckRoom(request.Length);
        return SubmitAsync(request, cancellationToken);
    }

    /// <summary>Scores texts.</summary>
    /// <exception cref="ContextExceededException">One of them does not fit the longest sequence.</exception>
    /// <exception cref="InputException">There is not enough memory for long sequences.</exception>
    internal Task<IReadOnlyList<ContinuationScore>> ScoreAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        foreach (ScoredText text in request.Texts)
            CheckRoom(text.Tokens.Length);
        return SubmitAsync(request, cancellationToken);
    }

    /// <summary>Weighs next tokens.</summary>
    /// <exception cref="ContextExceededException">The prompt does not fit the longest sequence.</exception>
    /// <exception cref="InputException">There is not enough memory for long sequences.</exception>
    internal Task<IReadOnlyList<NextToken>> NextTokensAsync(NextTokensRequest request, CancellationToken cancellationToken)
    {
        CheckRoom(request.Prompt.Length);
        return SubmitAsync(request, cancellationToken);
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
        if (tokens > Settings.Longest)
            throw new ContextExceededException(tokens, Settings.Longest);
    }

    private async Task<T> SubmitAsync<T>(EngineRequest<T> request, CancellationToken cancellationToken)
    {
        try
        {
            await _arriving.Writer.WriteAsync(request, cancellationToken);
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
                LetIn();
                _short.Admit();
                _long?.Admit();
                bool read = ReadOne();
                bool stepped = _short.Step() | (_long?.Step() ?? false);
                // A cancelled reply may just have left a place to one that waits.
                bool waiting = _short.Waiting > 0 || _long is { Waiting: > 0 };
                if (!read && !stepped && !waiting && !_arriving.Reader.TryPeek(out _))
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
            _short.Dispose();
            _long?.Dispose();
            _model.DangerousRelease();
            _ended.SetResult();
        }
    }

    private void LetIn()
    {
        while (_short.Waiting + (_long?.Waiting ?? 0) + _reading.Count < Waiting && _arriving.Reader.TryRead(out EngineRequest? request))
        {
            if (request is not GenerateRequest reply)
                _reading.Add(request);
            else
                Try(reply, () => ShapeFor(reply.Length).Enqueue(reply));
        }
    }

    private bool ReadOne()
    {
        switch (_reading.Take(Shared))
        {
            case null:
                return false;
            case NextTokensRequest next:
                Try(next, () => next.Complete(ShapeFor(next.Prompt.Length).Weigh(next)));
                return true;
            case ScoreRequest score:
                Try(score, () => Score(score));
                return true;
            case var other:
                throw new InvalidOperationException($"The engine does not know a {other.GetType().Name}.");
        }
    }

    // Each text by its own length: its bits must not depend on the others that are asked for in the same call.
    private void Score(ScoreRequest request)
    {
        List<ContinuationScore> scores = new(request.Texts.Count);
        foreach (ScoredText text in request.Texts)
        {
            if (request.Abandoned || _stopping)
                break;
            scores.Add(ShapeFor(text.Tokens.Length).Score(text));
        }

        if (scores.Count == request.Texts.Count)
            request.Complete(scores);
        else
            request.Fail(Ended());
    }

    // What the first text shares: the others of the same call begin with the same prefix.
    private int Shared(EngineRequest request)
    {
        int[] tokens = request switch
        {
            ScoreRequest score => score.Texts[0].Tokens,
            NextTokensRequest next => next.Prompt,
            _ => [],
        };
        return (tokens.Length <= Settings.ContextTokens ? _short : _long)?.Shared(tokens) ?? 0;
    }

    private EngineShape ShapeFor(int tokens) => tokens <= Settings.ContextTokens
        ? _short
        : _long ??= new EngineShape(_model, Tokenizer, Settings, Settings.LongContextTokens, Settings.LongSequences, EngineSettings.KeptLongPrompts);

    // Too little memory for the long sequences fails what needs them, not the engine.
    private static void Try(EngineRequest request, Action work)
    {
        try
        {
            work();
        }
        catch (InputException e)
        {
            request.Fail(e);
        }
    }

    private void FailAll()
    {
        _arriving.Writer.TryComplete();
        _short.FailAll(Ended);
        _long?.FailAll(Ended);
        _reading.FailAll(Ended);
        while (_arriving.Reader.TryRead(out EngineRequest? request))
            request.Fail(Ended());
    }
}
