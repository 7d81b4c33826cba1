using System.Collections.Concurrent;

namespace R2Synth.Testing;

/// <summary>What a server has done so far. Thread-safe.</summary>
public sealed class ServerStatistics
{
    private readonly ConcurrentDictionary<string, int> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (int Attempts, int Faults)> _bodies = new(StringComparer.Ordinal);
    private readonly long _inputPrice, _outputPrice;
    private int _requests, _faulty, _refused, _served, _inFlight, _mostInFlight;
    private long _read, _written, _billed, _first;

    internal ServerStatistics(TestServerOptions options)
    {
        // Millionths of a millionth of a dollar a token: sums of them are exact.
        _inputPrice = (long)Math.Round(options.InputPrice * 1e6);
        _outputPrice = (long)Math.Round(options.OutputPrice * 1e6);
    }

    /// <summary>Requests for replies and embeddings, faulty ones and retries included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Those of them that met a fault, or were refused for want of places, grants, key or model.</summary>
    public int FaultyRequests => Volatile.Read(ref _faulty);

    /// <summary>Those of the faulty ones that were refused because <see cref="TestServerOptions.Places"/> or <see cref="TestServerOptions.RequestsPerMinute"/> was used up.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Answers with status 200 whose body was written to its end.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Most requests that were under way at once.</summary>
    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>Tokens of the requests that reached generation.</summary>
    public long TokensRead => Volatile.Read(ref _read);

    /// <summary>Tokens of the replies, delivered or not.</summary>
    public long TokensWritten => Volatile.Read(ref _written);

    /// <summary>Dollars for every request that reached generation, also where its reply was cut, reset or never read. Refusals (4xx, 5xx) cost nothing.</summary>
    public decimal Billed => Volatile.Read(ref _billed) / 1e12m;

    /// <summary>Milliseconds since 1970 at the first request; 0 before it.</summary>
    public long FirstRequestMilliseconds => Volatile.Read(ref _first);

    /// <summary>Requests by path; those to paths that are not served are not counted.</summary>
    public IReadOnlyDictionary<string, int> Paths => new SortedDictionary<string, int>(_paths, StringComparer.Ordinal);

    /// <summary>How often each body was sent, by its hash. Empty without <see cref="TestServerOptions.KeepBodies"/>.</summary>
    public IReadOnlyDictionary<string, int> Attempts => new SortedDictionary<string, int>(_bodies.ToDictionary(body => body.Key, body => body.Value.Attempts), StringComparer.Ordinal);

    /// <summary>Requests beyond what the faults demand: for each body, its attempts less its faults less one. Needs <see cref="TestServerOptions.KeepBodies"/>.</summary>
    public int NeedlessRequests => _bodies.Values.Sum(body => Math.Max(body.Attempts - body.Faults - 1, 0));

    /// <summary>A request has come in.</summary>
    /// <returns>Its number, from 0, and how many are under way with it.</returns>
    internal (int Ordinal, int InFlight) Enter(string path)
    {
        int ordinal = Interlocked.Increment(ref _requests) - 1;
        if (ordinal == 0) Volatile.Write(ref _first, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Visit(path);
        int inFlight = Interlocked.Increment(ref _inFlight);
        for (int most = _mostInFlight; inFlight > most; most = _mostInFlight) Interlocked.CompareExchange(ref _mostInFlight, inFlight, most);
        return (ordinal, inFlight);
    }

    internal void Visit(string path) => _paths.AddOrUpdate(path, 1, static (_, count) => count + 1);

    internal void Leave() => Interlocked.Decrement(ref _inFlight);

    internal void Attempt(string hash, bool faulty) =>
        _bodies.AddOrUpdate(hash, static (_, faulty) => (1, faulty ? 1 : 0), static (_, body, faulty) => (body.Attempts + 1, body.Faults + (faulty ? 1 : 0)), faulty);

    internal void Fault() => Interlocked.Increment(ref _faulty);

    internal void Refuse() => Interlocked.Increment(ref _refused);

    internal void Serve() => Interlocked.Increment(ref _served);

    internal void Bill(ServerAnswer answer, double priceShare)
    {
        Interlocked.Add(ref _read, answer.Read);
        Interlocked.Add(ref _written, answer.Written);
        Interlocked.Add(ref _billed, (long)(((answer.Read * _inputPrice) + (answer.Written * _outputPrice)) * priceShare));
    }
}
