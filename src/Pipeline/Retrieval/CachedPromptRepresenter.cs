using System.Runtime.InteropServices;
using R2Synth.Miners.Retrieval.PromptReps;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Retrieval;

/// <summary>Answers from the cache the texts that were represented before.</summary>
/// <param name="inner">Asked for what the cache does not know.</param>
/// <param name="cache">The cache; not disposed of.</param>
/// <param name="identity">What representations depend on beside the text: model and prompt.</param>
/// <param name="counters">Counts calls and hits.</param>
internal sealed class CachedPromptRepresenter(IPromptRepresenter inner, CallCache cache, string identity, RunCounters counters) : IPromptRepresenter
{
    /// <summary>Raised when the key or the encoding changes.</summary>
    private const string Format = "promptreps/1";

    /// <inheritdoc/>
    public async Task<PromptRepresentation> RepresentAsync(string text, bool isQuery, CancellationToken cancellationToken = default)
    {
        (CachedCall reply, bool made) = await cache.GetOrMakeAsync(
            ContentHash.Of(Format, identity, isQuery ? "query" : "passage", text),
            async token =>
            {
                PromptRepresentation read = await inner.RepresentAsync(text, isQuery, token);
                counters.CountCall(read.TokensRead, 0);
                int[] sparse = [.. read.Sparse.SelectMany(weight => new[] { weight.Token, weight.Weight })];
                return new CachedCall { Reply = [.. BitConverter.GetBytes(read.Dense.Count), .. MemoryMarshal.AsBytes<float>(read.Dense.ToArray()), .. MemoryMarshal.AsBytes<int>(sparse)], TokensRead = read.TokensRead };
            },
            cancellationToken);
        if (!made) counters.CountHit();
        int dense = BitConverter.ToInt32(reply.Reply), split = sizeof(int) + (dense * sizeof(float));
        int[] pairs = MemoryMarshal.Cast<byte, int>(reply.Reply.AsSpan(split)).ToArray();
        return new PromptRepresentation
        {
            Dense = MemoryMarshal.Cast<byte, float>(reply.Reply.AsSpan(sizeof(int), split - sizeof(int))).ToArray(),
            Sparse = [.. Enumerable.Range(0, pairs.Length / 2).Select(i => (pairs[2 * i], pairs[(2 * i) + 1]))],
            TokensRead = (int)reply.TokensRead,
        };
    }
}
