namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// The context's streams: the first ones each hold a running sequence, the rest keep prompts that are worth keeping. Fills a stream with a prompt,
/// starting from whichever stream shares most of it.
/// </summary>
/// <remarks>
/// A prompt's remainder is computed in pieces of at least two tokens, each piece alone in its batch: then a token's key, value and logits depend on
/// the tokens before it and on nothing else (docs/decisions/0001-same-bits.md).
/// </remarks>
internal sealed class StreamPool
{
    /// <summary>Fewest shared tokens that are worth the copy of a stream.</summary>
    internal const int LeastShared = 8;

    /// <summary>Fewest shared tokens that are worth a place among the kept prompts.</summary>
    internal const int LeastKept = 32;

    private readonly LlamaContext _context;
    private readonly KvStream[] _streams;
    private readonly int _running;
    private readonly bool _share;
    private readonly bool _pair;
    private long _clock;

    /// <param name="context">The context with <paramref name="running"/> + <paramref name="kept"/> streams.</param>
    /// <param name="running">Streams for running sequences.</param>
    /// <param name="kept">Streams for kept prompts, at least one.</param>
    /// <param name="share">False computes every prompt from its first token: for comparison.</param>
    /// <param name="pair">Whether a computation of one row must be avoided: <see cref="LlamaModel.PairsRows"/>.</param>
    internal StreamPool(LlamaContext context, int running, int kept, bool share, bool pair)
    {
        _pair = pair;
        _context = context;
        _running = running;
        _share = share;
        _streams = new KvStream[running + kept];
        for (int i = 0; i < _streams.Length; i++)
            _streams[i] = new KvStream(i);
    }

    /// <summary>Takes the logits at one position.</summary>
    internal delegate void LogitsReader(int position, Span<float> logits);

    /// <summary>Prompt tokens computed so far, shared ones not counted.</summary>
    internal long TokensComputed { get; private set; }

    /// <summary>Prompt tokens taken from another stream so far.</summary>
    internal long TokensShared { get; private set; }

    private Span<KvStream> Kept => _streams.AsSpan(_running);

    /// <summary>The stream of a running sequence.</summary>
    internal KvStream Running(int place) => _streams[place];

    /// <summary>Leading tokens of a prompt that some stream holds; 0 where sharing is off or not worth it.</summary>
    internal int Shared(int[] tokens)
    {
        int most = 0;
        foreach (KvStream stream in _streams)
            most = Math.Max(most, stream.Common(tokens));
        return _share && most >= LeastShared ? most : 0;
    }

    /// <summary>Puts a prompt to be generated from into a running sequence's stream.</summary>
    /// <param name="place">The stream.</param>
    /// <param name="tokens">The prompt.</param>
    /// <param name="shared">Leading tokens that more requests will begin with, as far as the caller knows; 0 where it does not.</param>
    /// <param name="read">Takes the logits after the last token.</param>
    internal void FillRunning(int place, int[] tokens, int shared, LogitsReader read)
    {
        int known = CommonWithKept(tokens);
        int found = Fill(_streams[place], tokens, new WantedLogits(tokens.Length - 1, tokens.Length, -1), read);
        int worth = Math.Max(shared, found);
        // Seen for the second time, or announced: kept, unless a kept prompt covers (nearly) all of it.
        if (_share && worth >= LeastKept && known < worth - LeastShared)
        {
            KvStream target = Evictable();
            Copy(_streams[place], target, tokens.Length);
            target.Hits = 1;
        }
    }

    /// <summary>Puts a text to be scored into the stream of kept prompts that suits it best.</summary>
    /// <param name="tokens">Prefix and continuation.</param>
    /// <param name="prefix">Length of the prefix, which stays for the next call.</param>
    /// <param name="wanted">Positions whose logits are wanted.</param>
    /// <param name="read">Takes them, in order.</param>
    /// <returns>Tokens that were computed.</returns>
    internal int FillScored(int[] tokens, int prefix, WantedLogits wanted, LogitsReader read)
    {
        KvStream? target = null;
        foreach (KvStream stream in Kept)
        {
            if (stream.Common(tokens) >= prefix - 1 && (target is null || stream.LastUse > target.LastUse))
                target = stream;
        }

        return tokens.Length - Fill(target ?? Evictable(), tokens, wanted, read);
    }

    /// <summary>Puts a second row beside the only running sequence, which is in the first stream; <see cref="DropShadow"/> takes it away again.</summary>
    internal void AddShadow(int token, int contextTokens)
    {
        KvStream neighbour = _streams[1];
        if (neighbour.Length >= contextTokens)
            Truncate(neighbour, 0);
        _context.Add(token, neighbour.Length, neighbour.Id, output: true);
    }

    internal void DropShadow() => _context.Truncate(_streams[1].Id, _streams[1].Length);

    /// <summary>Moves a running sequence, so that the running ones stay neighbours: only neighbours are computed together.</summary>
    internal void Move(int from, int to)
    {
        Copy(_streams[from], _streams[to], _streams[from].Length);
        Truncate(_streams[from], 0);
    }

    private int Fill(KvStream target, int[] tokens, WantedLogits wanted, LogitsReader read)
    {
        // Two tokens are left at least, and nothing whose logits are wanted is skipped.
        int limit = Math.Min(wanted.First, tokens.Length - 2);
        (KvStream source, int start) = Best(target, tokens, limit);
        if (source != target)
            Copy(source, target, start);
        else
            Truncate(target, start);

        source.Hits += source == target || start == 0 ? 0 : 1;
        source.LastUse = target.LastUse = ++_clock;
        TokensShared += start;
        TokensComputed += tokens.Length - start;
        for (int at = start; at < tokens.Length;)
        {
            int end = PieceEnd(at, tokens.Length, wanted);
            Compute(target, tokens, at, end, wanted, read);
            at = end;
        }

        return start;
    }

    private (KvStream Source, int Start) Best(KvStream target, int[] tokens, int limit)
    {
        if (!_share || limit <= 0)
            return (target, 0);

        KvStream source = target;
        int start = Math.Min(target.Common(tokens), limit);
        foreach (KvStream stream in _streams)
        {
            int common = Math.Min(stream.Common(tokens), limit);
            // The copy of a stream costs about as much as a token's computation, so a few tokens more do not move it.
            bool better = common >= LeastShared && (common > start + (source == target ? LeastShared : 0)
                || (common == start && source != target && stream.Hits > source.Hits));
            if (better)
                (source, start) = (stream, common);
        }

        return (source, start);
    }

    private void Compute(KvStream target, int[] tokens, int at, int end, WantedLogits wanted, LogitsReader read)
    {
        // A piece's only output gets a second one beside it, which nobody reads.
        int only = _pair ? OnlyWanted(at, end, wanted) : -1;
        int beside = only < 0 ? -1 : only > at ? only - 1 : only + 1;
        _context.Begin();
        for (int i = at; i < end; i++)
            _context.Add(tokens[i], i, target.Id, wanted.Has(i) || i == beside);
        _context.Compute();
        target.AppendPrompt(tokens.AsSpan(at, end - at));
        for (int i = at; i < end; i++)
        {
            if (wanted.Has(i))
                read(i, _context.Logits(i - at));
        }
    }

    // A piece has at most a batch's tokens and outputs, and never leaves a single token over.
    private static int PieceEnd(int at, int length, WantedLogits wanted)
    {
        int end = Math.Min(length, at + LlamaContext.BatchTokens);
        int outputs = 0;
        for (int i = at; i < end; i++)
        {
            if (wanted.Has(i) && ++outputs > LlamaContext.BatchOutputs)
                end = i;
        }

        return length - end == 1 ? end - 1 : end;
    }

    private static int OnlyWanted(int at, int end, WantedLogits wanted)
    {
        int only = -1;
        for (int i = at; i < end; i++)
        {
            if (wanted.Has(i) && only >= 0)
                return -1;
            if (wanted.Has(i))
                only = i;
        }

        return only;
    }

    private int CommonWithKept(ReadOnlySpan<int> tokens)
    {
        int most = 0;
        foreach (KvStream stream in Kept)
            most = Math.Max(most, stream.Common(tokens));
        return most;
    }

    // Prompts that nobody came back for go first, and at least one place is theirs; then the least recently used one.
    private KvStream Evictable()
    {
        KvStream oldest = Kept[0];
        foreach (KvStream stream in Kept)
        {
            bool sooner = (stream.Hits > 0).CompareTo(oldest.Hits > 0) switch
            {
                0 => stream.LastUse < oldest.LastUse,
                var order => order < 0,
            };
            if (sooner)
                oldest = stream;
        }

        oldest.Hits = 0;
        return oldest;
    }

    private void Copy(KvStream from, KvStream to, int length)
    {
        // The target is emptied first: the library adds to what is there.
        _context.Truncate(to.Id, 0);
        _context.Copy(from.Id, to.Id);
        to.TakeOver(from);
        to.LastUse = ++_clock;
        if (length < to.Length)
            Truncate(to, length);
    }

    private void Truncate(KvStream stream, int length)
    {
        if (stream.Length > length)
        {
            _context.Truncate(stream.Id, length);
            stream.Truncate(length);
        }
    }
}
