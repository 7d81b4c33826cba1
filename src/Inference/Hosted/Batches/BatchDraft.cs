namespace R2Synth.Inference.Hosted.Batches;

/// <summary>A batch that is being collected. Not thread-safe but for <see cref="WaitAsync"/> and <see cref="Sent"/>: its owner locks.</summary>
internal sealed class BatchDraft(BatchOptions options, string address, TimeProvider clock)
{
    private readonly TimeSpan _idle = TimeSpan.FromSeconds(options.IdleSeconds);
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<BatchJob> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(BatchRequest Request, byte[] Body, ISpendingTicket? Ticket)> _calls = [];
    private long _bytes;
    private long _lastAdded = clock.GetTimestamp();
    private bool _closed;

    /// <summary>The batch that came of it.</summary>
    public Task<BatchJob> Sent => _sent.Task;

    /// <summary>What is in it, in the order in which it came; once closed it stays.</summary>
    public IReadOnlyList<BatchRequest> Requests { get; private set; } = [];

    /// <summary>Money set aside for the requests, by id.</summary>
    public IReadOnlyDictionary<string, ISpendingTicket> Tickets { get; private set; } = new Dictionary<string, ISpendingTicket>();

    /// <summary>Adds a request; one that is larger than a batch may be gets one of its own.</summary>
    /// <returns>False where there is no room: another batch must take it.</returns>
    public bool TryAdd(BatchRequest request, byte[] body, ISpendingTicket? ticket)
    {
        if (_closed || _full.Task.IsCompleted) return false;
        long most = options.MaxMegabytes * 1_000_000L, bytes = BatchInput.Length(address, request.Id, body);
        if (_calls.Count > 0 && _bytes + bytes > most)
        {
            _full.TrySetResult();
            return false;
        }

        _calls.Add((request, body, ticket));
        _bytes += bytes;
        Volatile.Write(ref _lastAdded, clock.GetTimestamp());
        if (_calls.Count >= options.MaxRequests) _full.TrySetResult();
        return true;
    }

    /// <summary>Takes a request out again whose caller has left, and frees its money; once the batch is closed it stays in it.</summary>
    public void Remove(string id)
    {
        int place = _closed ? -1 : _calls.FindIndex(call => call.Request.Id == id);
        if (place < 0) return;
        _bytes -= BatchInput.Length(address, id, _calls[place].Body);
        _calls[place].Ticket?.Settle(0);
        _calls.RemoveAt(place);
    }

    /// <summary>Waits until it is full, or no request has come for <see cref="BatchOptions.IdleSeconds"/>.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!_full.Task.IsCompleted)
        {
            TimeSpan left = _idle - clock.GetElapsedTime(Volatile.Read(ref _lastAdded));
            if (left <= TimeSpan.Zero) return;
            using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(_full.Task, Task.Delay(left, clock, done.Token));
            await done.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Nothing more comes in or goes out.</summary>
    public void Close()
    {
        _closed = true;
        Requests = [.. _calls.Select(call => call.Request)];
        Tickets = _calls.Where(call => call.Ticket is not null).ToDictionary(call => call.Request.Id, call => call.Ticket!, StringComparer.Ordinal);
    }

    /// <summary>Writes the input file, and lets go of the requests' bodies.</summary>
    public async Task WriteAsync(string path)
    {
        await BatchFolder.WriteAsync(path, async file =>
        {
            foreach ((BatchRequest request, byte[] body, _) in _calls) await BatchInput.WriteAsync(file, address, request.Id, body);
        });
        _calls.Clear();
    }

    /// <summary>Tells those who wait what came of it.</summary>
    public void Succeed(BatchJob job) => _sent.TrySetResult(job);

    /// <summary>Tells those who wait that nothing came of it.</summary>
    public void Fail(Exception fault) => _ = fault is OperationCanceledException cancelled ? _sent.TrySetCanceled(cancelled.CancellationToken) : _sent.TrySetException(fault);
}
