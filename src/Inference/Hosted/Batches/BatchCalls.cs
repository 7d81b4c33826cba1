using System.Collections.Concurrent;
using System.Security.Cryptography;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>
/// Answers single calls through batches: collects them until a batch is full or no new one comes, sends it, and gives each its line. A call that is in a batch
/// under way, or in one that was fetched before, by this process or an earlier one, is never sent again. Thread-safe.
/// </summary>
internal sealed class BatchCalls : IAsyncDisposable
{
    /// <summary>How often a call is put into a batch before it is given up.</summary>
    private const int MostRounds = 3;

    private readonly BatchSurroundings _around;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, BatchJob> _jobs = new(StringComparer.Ordinal); // by request
    private readonly Dictionary<string, BatchJob> _byId = new(StringComparer.Ordinal);
    private readonly List<Task> _running = [];
    private Dictionary<string, BatchState>? _remembered; // by request; null before the first call
    private BatchDraft? _draft;
    private volatile bool _disturbed;

    public BatchCalls(BatchSurroundings around)
    {
        _around = around;
        around.OthersUnderWay = job =>
        {
            lock (_lock) return _byId.Values.Any(other => other != job && !other.Fetched.IsCompleted);
        };
    }

    /// <summary>Sets up the batches of a backend; the folder is looked into, and the server asked, at the first call.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="options">The backend's settings.</param>
    /// <param name="folder">The folder that <see cref="BatchOptions.Folder"/> is relative to.</param>
    /// <param name="sender">Sends; its owner disposes of it, after the calls.</param>
    /// <param name="spending">The run's money; null where nobody counts.</param>
    /// <param name="times">Time limits and waits.</param>
    /// <param name="onAnswer">Called for each answer that came.</param>
    /// <param name="step">Gets the name of each step when it is done.</param>
    public static BatchCalls Open(
        HostedEndpoint endpoint, BackendOptions options, string folder, HostedSender sender, ISpending? spending, HostedTimes times, Action onAnswer, Action<string>? step = null) =>
        new(new BatchSurroundings
        {
            Endpoint = endpoint,
            Server = new BatchServer(endpoint, options, sender, times),
            // Another server, or another model's prices, has batches of its own.
            Folder = new BatchFolder(Path.Combine(Path.GetFullPath(Path.Combine(folder, options.Batch.Folder)), ContentHash.Of(endpoint.Url.AbsoluteUri, endpoint.Model)[..16])),
            Options = options.Batch,
            Spending = endpoint.Pricing.IsFree ? null : spending,
            Clock = times.Clock,
            OnAnswer = onAnswer,
            Step = step ?? (_ => { }),
        });

    /// <summary>Asks.</summary>
    /// <param name="body">The request's body: JSON on one line.</param>
    /// <param name="worst">The most that it can cost, in US dollars.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent goes on at the server, and a later call finds it.</param>
    /// <returns>An answer, or a failure that asking again would not mend.</returns>
    /// <exception cref="CallFailedException">The server has failed to carry it out in <see cref="MostRounds"/> batches.</exception>
    /// <exception cref="InputException">The server refuses batches, or does not answer; or the budget is used up.</exception>
    public async Task<BatchLine> AskAsync(byte[] body, decimal worst, CancellationToken cancellationToken)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(body));
        TaskCompletionSource ours = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Whoever asks the same at the same time waits, and then finds the reply.
        for (Task other = _underWay.GetOrAdd(id, ours.Task); other != ours.Task; other = _underWay.GetOrAdd(id, ours.Task)) await other.WaitAsync(cancellationToken);
        try
        {
            return await AnswerAsync(id, body, worst, cancellationToken);
        }
        catch
        {
            _disturbed = true;
            throw;
        }
        finally
        {
            _underWay.TryRemove(id, out _);
            ours.SetResult();
        }
    }

    /// <summary>Stops waiting for batches; at the server they go on.</summary>
    /// <remarks>
    /// A batch's files are deleted in two steps: a process that ends without a fault notes that all of a batch was asked for; a later one that was not in need of any of it, and
    /// ends without a fault, deletes it. So a reply is here until it is surely kept elsewhere.
    /// </remarks>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Task[] running;
        lock (_lock) running = [.. _running];
        await Task.WhenAll(running);
        foreach (BatchJob job in _byId.Values)
        {
            if (!_disturbed) await job.NoteHandedOutAsync();
            job.Dispose();
        }

        if (!_disturbed && _remembered is not null)
        {
            foreach (BatchState state in _remembered.Values.Where(state => state.HandedOut && !_byId.ContainsKey(state.Id)).DistinctBy(state => state.Id)) Delete(state.Id);
        }

        _end.Dispose();
    }

    private async Task<BatchLine> AnswerAsync(string id, byte[] body, decimal worst, CancellationToken cancellationToken)
    {
        int round = 1;
        string reason = "";
        BatchJob? job = Find(id);
        for (int attempt = 1; ; job = null)
        {
            if (job is null)
            {
                if (attempt++ > MostRounds) throw new CallFailedException($"{_around.Endpoint.Prefix} carried this request out in none of {MostRounds} batches: {reason}");
                job = await SendAsync(new BatchRequest { Id = id, Round = round, Worst = worst }, body, cancellationToken);
            }

            await job.Fetched.WaitAsync(cancellationToken);
            if (job.IsForgotten)
            {
                round = job.Round(id);
                continue;
            }

            BatchLine? line = job.Take(id);
            if (line is { IsTransient: false }) return line;
            round = job.Round(id) + 1;
            reason = line is null ? "no answer came" : _around.Endpoint.Quote(line.Said.Text);
        }
    }

    /// <summary>The batch that a request was last put into.</summary>
    private BatchJob? Find(string id)
    {
        lock (_lock)
        {
            _remembered ??= Remember();
            if (_jobs.TryGetValue(id, out BatchJob? job)) return job;
            if (!_remembered.TryGetValue(id, out BatchState? state)) return null;
            if (!_byId.TryGetValue(state.Id, out job))
            {
                job = new BatchJob(state, _around);
                _byId.Add(job.Id, job);
                _running.Add(job.ResumeAsync(_end.Token));
            }

            return job;
        }
    }

    private Dictionary<string, BatchState> Remember()
    {
        _around.Folder.Sweep();
        Dictionary<string, (int Round, BatchState State)> latest = new(StringComparer.Ordinal);
        foreach (BatchState state in _around.Folder.Read())
        {
            foreach (BatchRequest request in state.Requests)
            {
                if (!latest.TryGetValue(request.Id, out (int Round, BatchState State) known) || request.Round >= known.Round) latest[request.Id] = (request.Round, state);
            }
        }

        return latest.ToDictionary(entry => entry.Key, entry => entry.Value.State, StringComparer.Ordinal);
    }

    /// <summary>Puts a request into the batch that is being collected, once there is money for it.</summary>
    /// <returns>The batch, when it has been written down.</returns>
    private async Task<BatchJob> SendAsync(BatchRequest request, byte[] body, CancellationToken cancellationToken)
    {
        // Set aside before the request counts as collected: while it waits for money, those that have theirs are sent, and what they leave over is free again.
        ISpendingTicket? ticket = _around.Spending is { } spending && request.Worst > 0
            ? await spending.ReserveAsync(request.Worst, request.SpendingId, cancellationToken)
            : null;
        BatchDraft draft;
        lock (_lock)
        {
            if (_draft is not { } open || !open.TryAdd(request, body, ticket))
            {
                _draft = open = new BatchDraft(_around.Options, BatchInput.Address(_around.Endpoint), _around.Clock);
                open.TryAdd(request, body, ticket);
                _running.Add(CollectAsync(open));
            }

            draft = open;
        }

        try
        {
            return await draft.Sent.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_lock) draft.Remove(request.Id);
            throw;
        }
    }

    private async Task CollectAsync(BatchDraft draft)
    {
        try
        {
            await draft.WaitAsync(_end.Token);
            lock (_lock)
            {
                draft.Close();
                if (_draft == draft) _draft = null;
            }

            if (draft.Requests.Count > 0) await SendAsync(draft);
        }
        catch (OperationCanceledException fault)
        {
            draft.Fail(fault);
        }
        catch (Exception fault)
        {
            draft.Fail(fault);
        }
    }

    private async Task SendAsync(BatchDraft draft)
    {
        (string id, FileStream held) = _around.Folder.Claim(_around.Clock.GetUtcNow(), draft.Requests);
        BatchJob job;
        try
        {
            await draft.WriteAsync(_around.Folder.Input(id));
            _around.Step("input written");
            BatchState state = new() { Id = id, Requests = draft.Requests };
            await _around.Folder.SaveAsync(state);
            _around.Step("state written");
            job = new BatchJob(state, _around);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }

        lock (_lock)
        {
            _byId.Add(id, job);
            foreach (BatchRequest request in draft.Requests) _jobs[request.Id] = job;
        }

        draft.Succeed(job);
        await job.SendAsync(held, draft.Tickets, _end.Token);
    }

    private void Delete(string id)
    {
        using FileStream? held = _around.Folder.TryLock(id);
        if (held is not null) _around.Folder.Delete(id);
    }
}
