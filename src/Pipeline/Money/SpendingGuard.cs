using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Money;

/// <summary>
/// A run's money. What was spent and what is set aside for requests under way, over all processes that ever worked on the run, never pass the budget. Thread-safe.
/// </summary>
/// <param name="budget">US dollars, above 0; null counts and never waits.</param>
/// <param name="counters">Shows what was spent.</param>
/// <remarks>
/// A request's worst case is a committed row of the ledger before the request goes, so a process that is killed leaves it behind, and the next one counts it in full.
/// What a request did cost is written after it, and nobody waits for that: a row that was not settled stands for its worst case. Writes are begun under the lock and
/// keep their order, so money that is free again is never set aside anew in the file before it is free in the file.
/// </remarks>
internal sealed class SpendingGuard(decimal? budget, RunCounters counters) : ISpending, IAsyncDisposable
{
    private readonly long? _budget = budget is decimal dollars ? Dollars.ToNanosBelow(dollars) : null;
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly Dictionary<string, SetAside> _named = new(StringComparer.Ordinal);
    private SpendingRows? _rows;
    private Task _lastWrite = Task.CompletedTask;
    private Exception? _fault;
    private long _spent; // settled, and whatever earlier processes left
    private long _setAside; // for requests under way
    private int _underWay;

    /// <summary>What was spent over all processes, in US dollars; requests under way are not in it.</summary>
    public decimal Spent => Dollars.FromNanos(Interlocked.Read(ref _spent));

    /// <summary>Goes on where the run's earlier processes left off. Nothing can be set aside before.</summary>
    /// <exception cref="InputException">The ledger cannot be read or written.</exception>
    public async Task AttachAsync(RunLedger ledger)
    {
        SpendingRows rows = await ledger.OpenSpendingAsync();
        lock (_gate)
        {
            _spent = rows.Total();
            foreach ((string id, long row, long nanos) in rows.Named()) _named[id] = new SetAside(this, nanos) { Row = row, Counted = nanos, IsOpen = false };
            _rows = rows;
            Show();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ISpendingTicket> ReserveAsync(decimal worst, string? id, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(worst);
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter = new(new SetAside(this, Dollars.ToNanos(worst)), id);
        lock (_gate)
        {
            if (_rows is null) throw new InvalidOperationException("Money is spent before the run's ledger is open.");
            _waiting.AddLast(waiter);
            Admit();
        }

        await using (cancellationToken.Register(() => Leave(waiter, cancellationToken)))
        {
            await waiter.Admitted;
        }

        // From here on without cancellation: the row is on its way.
        try
        {
            waiter.SetAside.Row = await waiter.Written;
        }
        catch (Exception fault)
        {
            Fail(fault);
            waiter.SetAside.Settle(0); // no row, no request
            throw;
        }

        return waiter.SetAside;
    }

    /// <summary>Waits until all that was settled is written.</summary>
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (_gate) last = _lastWrite; // the others are before it
        await last;
    }

    // First come, first served: a large request is not overtaken for ever by small ones.
    private void Admit()
    {
        while (_waiting.First is { Value: Waiter first } node)
        {
            long replaced = first.Id is not null && _named.TryGetValue(first.Id, out SetAside? earlier) ? earlier.Counted : 0;
            if (_fault is null && (_budget is not { } limit || _spent + _setAside - replaced + first.SetAside.Worst <= limit))
            {
                Take(first);
                _waiting.Remove(node);
                first.Admit();
            }
            else if (_fault is null && _underWay > 0)
            {
                return; // what is under way may cost less than its worst case
            }
            else
            {
                _fault ??= UsedUp(first.SetAside.Worst);
                _waiting.Remove(node);
                first.Refuse(new InputException(_fault.Message, _fault)); // one for each: they are thrown side by side
            }
        }
    }

    private void Take(Waiter waiter)
    {
        SetAside ticket = waiter.SetAside;
        if (waiter.Id is { } id)
        {
            if (_named.TryGetValue(id, out SetAside? earlier)) Close(earlier, 0);
            _named[id] = ticket;
        }

        ticket.Counted = ticket.Worst;
        ticket.IsOpen = true;
        _setAside += ticket.Worst;
        _underWay++;
        waiter.Written = _rows!.SetAsideAsync(ticket.Worst, waiter.Id); // set before anyone can wait
    }

    // The ticket's money from here on: spent, or free again.
    private void Close(SetAside ticket, long nanos)
    {
        if (ticket.IsOpen)
        {
            ticket.IsOpen = false;
            _setAside -= ticket.Worst;
            _underWay--;
        }
        else
        {
            _spent -= ticket.Counted; // an earlier request of the same name
        }

        ticket.Counted = nanos;
        _spent += nanos;
    }

    private void Settle(SetAside ticket, decimal actual)
    {
        lock (_gate)
        {
            if (!ticket.IsOpen) return;
            long nanos = Dollars.ToNanos(Math.Max(0, actual));
            Close(ticket, nanos);
            if (ticket.Row is { } row) _lastWrite = NoticeAsync(_rows!.SettleAsync(row, nanos)); // a ticket with a row has had rows to go to

            Show();
            Admit();
        }
    }

    // The next one who asks for money hears of a fault; the row itself stands for its worst case.
    private async Task NoticeAsync(Task write)
    {
        try
        {
            await write;
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    }

    private void Fail(Exception fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
            Admit();
        }
    }

    private void Leave(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(waiter)) return; // already served
            waiter.Cancel(cancellationToken);
            Admit();
        }
    }

    private InputException UsedUp(long worst) => new(
        $"The budget of {Dollars.Text(budget ?? 0)} is used up: {Dollars.Text(Dollars.FromNanos(_spent))} is spent, and the next request may cost up to "
        + $"{Dollars.Text(Dollars.FromNanos(worst))}. Everything that was paid for is kept: run the same command with a larger --budget to go on.");

    private void Show() => counters.ShowMoney(Dollars.FromNanos(_spent), budget);

    private sealed class SetAside(SpendingGuard guard, long worst) : ISpendingTicket
    {
        public long Worst => worst;

        /// <summary>What it counts for at the moment.</summary>
        public long Counted { get; set; }

        public bool IsOpen { get; set; }

        public long? Row { get; set; }

        public void Settle(decimal actual) => guard.Settle(this, actual);
    }

    private sealed class Waiter(SetAside ticket, string? id)
    {
        private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SetAside SetAside => ticket;

        public string? Id => id;

        /// <summary>The row, once it is committed; set when the request is admitted.</summary>
        public Task<long> Written { get; set; } = Task.FromResult(0L);

        public Task Admitted => _served.Task;

        public void Admit() => _served.SetResult();

        public void Refuse(Exception fault) => _served.SetException(fault);

        public void Cancel(CancellationToken cancellationToken) => _served.SetCanceled(cancellationToken);
    }
}
