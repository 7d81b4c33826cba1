using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace R2Synth.Pipeline.Ledger;

/// <summary>
/// One thread that writes for everybody: it takes all writes that wait, at most <see cref="MaxWrites"/>, and commits them in one transaction,
/// so that many writers cost few commits and nobody hears of a write before it is kept.
/// </summary>
/// <remarks>A thread of its own, since a commit waits for the disk: on the shared pool it would hold one of the few threads that send requests on.</remarks>
internal sealed class GroupCommit : IAsyncDisposable
{
    /// <summary>Most writes in one transaction; others that share the file wait no longer than these take.</summary>
    public const int MaxWrites = 256;

    private readonly Channel<Pending> _waiting = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MaxWrites) { SingleReader = true });
    private readonly SqliteStatements _statements;
    private readonly Func<SqliteException, Exception> _explain;
    private readonly Task _writing;

    /// <summary>Starts the thread.</summary>
    /// <param name="statements">Used by the thread alone; not disposed of.</param>
    /// <param name="explain">Turns SQLite's error into the one that the writers see.</param>
    public GroupCommit(SqliteStatements statements, Func<SqliteException, Exception> explain)
    {
        _statements = statements;
        _explain = explain;
        _writing = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Queues a write and waits for its commit. Without cancellation: what is written here has been paid for.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteStatements, T> write)
    {
        Pending<T> pending = new(write);
        await _waiting.Writer.WriteAsync(pending);
        return await pending.Committed;
    }

    /// <summary>Waits for all writes.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
    }

    private void WriteAll()
    {
        List<Pending> batch = new(MaxWrites);
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < MaxWrites && _waiting.Reader.TryRead(out Pending? pending))
            {
                batch.Add(pending);
            }

            Exception? fault = Commit(batch);
            batch.ForEach(pending => pending.Complete(fault));
            batch.Clear();
        }
    }

    private Exception? Commit(List<Pending> batch)
    {
        // Statements in place of a SqliteTransaction: a command that is kept may not change its transaction.
        try
        {
            _statements.With("BEGIN IMMEDIATE").ExecuteNonQuery();
            try
            {
                batch.ForEach(pending => pending.Run(_statements));
                _statements.With("COMMIT").ExecuteNonQuery();
                return null;
            }
            catch
            {
                // A full disk may have rolled it back already.
                if (raw.sqlite3_get_autocommit(_statements.Connection.Handle) == 0)
                {
                    _statements.With("ROLLBACK").ExecuteNonQuery();
                }

                throw;
            }
        }
        catch (SqliteException fault)
        {
            return _explain(fault);
        }
        catch (Exception fault)
        {
            return fault; // reaches the writers; the thread lives on for the others
        }
    }

    private abstract class Pending
    {
        public abstract void Run(SqliteStatements statements);

        public abstract void Complete(Exception? fault);
    }

    private sealed class Pending<T>(Func<SqliteStatements, T> write) : Pending
    {
        private readonly TaskCompletionSource<T> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Committed => _committed.Task;

        public override void Run(SqliteStatements statements) => _value = write(statements);

        public override void Complete(Exception? fault)
        {
            if (fault is null)
            {
                _committed.SetResult(_value!); // Run has set it
            }
            else
            {
                _committed.SetException(fault);
            }
        }
    }
}
