using R2Synth.Miners.Retrieval;

namespace R2Synth.Miners.Tests.Retrieval;

/// <summary>Ranks by a callback, and remembers the greatest depth.</summary>
internal sealed class FakeRetriever(string name, Func<string, Hit[]> rank) : IRetriever
{
    public string Name => name;

    public int Depth { get; private set; }

    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        Depth = Math.Max(Depth, depth);
        return ValueTask.FromResult<IReadOnlyList<Hit>>([.. rank(query).Take(depth)]);
    }
}
