using R2Synth.Records;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>
/// One batch on its way: uploaded, made, waited for, fetched, paid. Each step is noted before the next, and a process that takes the batch up again asks the server
/// about the one step that may have been done and not noted.
/// </summary>
internal sealed class BatchJob(BatchState state, BatchSurroundings around) : IDisposable
{
    private readonly TaskCompletionSource _fetched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, BatchRequest> _requests = state.Requests.ToDictionary(request => request.Id, StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private BatchState _state = state;
    private FileStream? _held;
    private BatchResults? _results;

    /// <summary>Our own name of the batch.</summary>
    public string Id => _state.Id;

    /// <summary>Its input file's name at the server.</summary>
    private string FileName => $"r2synth-{Id}.jsonl";

    /// <summary>Done when the results are here, or <see cref="IsForgotten"/>; faulted where the batch came to nothing.</summary>
    public Task Fetched => _fetched.Task;

    /// <summary>Whether a killed process had written it down and never sent it: its requests are to be asked anew.</summary>
    public bool IsForgotten { get; private set; }

    /// <summary>How often a request of it was put into a batch.</summary>
    public int Round(string id) => _requests[id].Round;

    /// <summary>The answer to a request, once <see cref="Fetched"/>; null where the server gave none (expired, cancelled).</summary>
    public BatchLine? Take(string id)
    {
        lock (_asked) _asked.Add(id);
        return _results?.Find(id);
    }

    /// <summary>Sends a new batch whose input and state are written.</summary>
    /// <param name="held">The lock on it.</param>
    /// <param name="tickets">Money set aside for its requests, by id.</param>
    /// <param name="cancellationToken">Leaves it where it is: at the server it goes on.</param>
    public Task SendAsync(FileStream held, IReadOnlyDictionary<string, ISpendingTicket> tickets, CancellationToken cancellationToken)
    {
        _held = held;
        return ToTheEndAsync(async () =>
        {
            await UploadAsync(cancellationToken);
            await around.Wait(cancellationToken);
            await FinishAsync(tickets, cancellationToken);
        });
    }

    /// <summary>Takes up what an earlier process left, or what another one is at.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public Task ResumeAsync(CancellationToken cancellationToken) => ToTheEndAsync(async () =>
    {
        while (true)
        {
            _held = around.Folder.TryLock(Id);
            if (around.Folder.Find(Id) is not { } now)
            {
                IsForgotten = true;
                return;
            }

            _state = now;
            if (_held is not null || now.Fetched) break;
            await around.Wait(cancellationToken); // another process is at it
        }

        if (_state is { Fetched: false, BatchId: null } && !await FindAsync(cancellationToken)) return;
        await FinishAsync(new Dictionary<string, ISpendingTicket>(), cancellationToken);
    });

    /// <summary>Notes, at the orderly end of a process, whether all that is in it was asked for.</summary>
    public async Task NoteHandedOutAsync()
    {
        if (_held is not null && _results is not null && !_state.HandedOut && _asked.Count == _requests.Count) await SaveAsync(_state with { HandedOut = true });
    }

    public void Dispose()
    {
        _results?.Dispose();
        _held?.Dispose();
    }

    private async Task ToTheEndAsync(Func<Task> steps)
    {
        try
        {
            await steps();
            _fetched.TrySetResult();
        }
        catch (OperationCanceledException fault)
        {
            _fetched.TrySetCanceled(fault.CancellationToken);
        }
        catch (Exception fault)
        {
            _fetched.TrySetException(fault);
        }
    }

    /// <summary>Looks for a batch that was made and not noted. Where there is none nothing was paid, and the batch is forgotten: its requests may no longer all be wanted.</summary>
    private async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        if (await around.Server.FindBatchAsync(Id, cancellationToken) is { } there)
        {
            await SaveAsync(_state with { BatchId = there.Id });
            return true;
        }

        if ((_state.FileId ?? await around.Server.FindFileAsync(FileName, cancellationToken)) is { } file) await around.Server.DeleteFileAsync(file, cancellationToken);
        around.Folder.Delete(Id);
        IsForgotten = true;
        return false;
    }

    private async Task UploadAsync(CancellationToken cancellationToken)
    {
        string file = await around.Server.UploadAsync(around.Folder.Input(Id), FileName, cancellationToken);
        around.Step("uploaded");
        await SaveAsync(_state with { FileId = file });
        around.Step("upload noted");
        await CreateAsync(cancellationToken);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        ServerBatch made = await around.Server.CreateAsync(_state.FileId!, Id, cancellationToken); // only called with one
        around.Step("created");
        await SaveAsync(_state with { BatchId = made.Id, Status = made.Status });
        around.Step("batch noted");
    }

    private async Task FinishAsync(IReadOnlyDictionary<string, ISpendingTicket> tickets, CancellationToken cancellationToken)
    {
        while (!_state.Fetched)
        {
            ServerBatch now = await around.Server.GetAsync(_state.BatchId!, cancellationToken); // made by now
            around.Step("polled");
            if (now.Status != _state.Status) await SaveAsync(_state with { Status = now.Status });
            if (now.Status == "failed") await RefusedAsync(now, tickets, cancellationToken);
            else if (now.HasEnded) await FetchAsync(now, cancellationToken);
            else await around.Wait(cancellationToken);
        }

        Dictionary<string, decimal?> costs = new(StringComparer.Ordinal);
        _results = BatchResults.Read([around.Folder.Output(Id), around.Folder.Errors(Id)], line =>
        {
            if (line.IsBilled) around.OnAnswer();
            costs[line.Id] = line.Cost(around.Endpoint.Pricing);
        });
        if (_held is null || _state.Settled) return;
        await SettleAsync(costs, tickets, cancellationToken);
        around.Step("settled");
        await SaveAsync(_state with { Settled = true });
    }

    private async Task FetchAsync(ServerBatch ended, CancellationToken cancellationToken)
    {
        if (ended.OutputFileId is { } output) await around.Server.DownloadAsync(output, around.Folder.Output(Id), cancellationToken);
        around.Step("output fetched");
        if (ended.ErrorFileId is { } errors) await around.Server.DownloadAsync(errors, around.Folder.Errors(Id), cancellationToken);
        around.Step("errors fetched");
        await SaveAsync(_state with { Fetched = true });
        around.Step("fetch noted");
    }

    /// <summary>The input was refused as a whole; nothing of it was carried out or paid.</summary>
    private async Task RefusedAsync(ServerBatch refused, IReadOnlyDictionary<string, ISpendingTicket> tickets, CancellationToken cancellationToken)
    {
        if (refused.IsQueueFull && _state.FileId is not null && around.OthersUnderWay(this))
        {
            await around.Wait(cancellationToken);
            await CreateAsync(cancellationToken);
            return;
        }

        if (_held is not null) await SettleAsync([], tickets, cancellationToken);
        around.Folder.Delete(Id);
        string advice = refused.IsQueueFull
            ? $"Lower {around.Endpoint.Setting}:Batch:MaxRequests, or wait for other batches of this account to end."
            : $"Check {around.Endpoint.Setting}:Model, StructuredOutput and Batch.";
        throw new InputException($"{around.Endpoint.Prefix} refused a batch of {_requests.Count} requests: {around.Endpoint.Quote(refused.Refusal).TrimEnd('.')}. {advice}");
    }

    private async Task SettleAsync(Dictionary<string, decimal?> costs, IReadOnlyDictionary<string, ISpendingTicket> tickets, CancellationToken cancellationToken)
    {
        if (around.Spending is null) return;
        foreach (BatchRequest request in _state.Requests)
        {
            if (request.Worst == 0) continue;
            // Money that a killed process has set aside is set aside under the same name.
            ISpendingTicket ticket = tickets.GetValueOrDefault(request.Id) ?? await around.Spending.ReserveAsync(request.Worst, request.SpendingId, cancellationToken);
            // An answer that does not say what it used counts as the most that it can have used.
            ticket.Settle(costs.TryGetValue(request.Id, out decimal? cost) ? cost ?? request.Worst : 0);
        }
    }

    private async Task SaveAsync(BatchState changed)
    {
        await around.Folder.SaveAsync(changed);
        _state = changed;
    }
}
