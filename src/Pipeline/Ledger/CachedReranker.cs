using System.Buffers.Binary;
using R2Synth.Inference;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>Answers from the cache the documents that were scored for a query before; the others go to the reranker in one call. A document without a score is not kept.</summary>
/// <param name="inner">Asked for what the cache does not know.</param>
/// <param name="cache">The cache; not disposed of.</param>
/// <param name="modelIdentity">What scores depend on beside query and document.</param>
/// <param name="counters">Counts a call where anything was missing, else a hit; tokens and money too.</param>
internal sealed class CachedReranker(IReranker inner, CallCache cache, string modelIdentity, RunCounters counters) : IReranker
{
    /// <summary>Raised when the key or the encoding changes.</summary>
    private const string Format = "rerank/1";

    /// <inheritdoc/>
    public async Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        string[] keys = [.. documents.Select(document => ContentHash.Of(Format, modelIdentity, query, document))];
        RerankReply? made = null;
        Dictionary<int, RerankScore> failed = [];
        try
        {
            (CachedCall[] replies, bool any) = await cache.GetOrMakeAsync(keys, MakeAsync, cancellationToken);
            if (!any) counters.CountHit();
            return new RerankReply { Scores = [.. replies.Select(Decode)], TokensRead = made?.TokensRead ?? 0, Cost = made?.Cost ?? 0 };
        }
        catch (IncompleteException)
        {
            return new RerankReply
            {
                Scores = [.. keys.Select((key, i) => cache.TryGet(key) is { } known ? Decode(known) : failed.GetValueOrDefault(i, RerankScore.Failed(RerankScore.Missing)))],
                TokensRead = made?.TokensRead ?? 0,
                Cost = made?.Cost ?? 0,
            };
        }

        async Task<IReadOnlyList<CachedCall>> MakeAsync(IReadOnlyList<int> missing, CancellationToken token)
        {
            made = await inner.ScoreAsync(query, [.. missing.Select(place => documents[place])], token);
            counters.CountCall(made.TokensRead, 0, made.Cost);
            double? share = made.Cost == 0 ? null : (double)made.Cost / missing.Count;
            for (int i = 0; i < missing.Count; i++)
            {
                if (made.Scores[i].Score is null) failed[missing[i]] = made.Scores[i];
            }

            if (failed.Count == 0) return [.. made.Scores.Select(score => Encode(score, share))];
            // What was scored is paid for and kept, whatever became of the others.
            await Task.WhenAll(missing.Select((place, i) => made.Scores[i].Score is null ? Task.CompletedTask : cache.PutAsync(keys[place], Encode(made.Scores[i], share))));
            throw new IncompleteException();
        }
    }

    private static CachedCall Encode(RerankScore score, double? cost)
    {
        byte[] bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, score.Score ?? throw new InvalidOperationException("A document without a score is not kept."));
        return new CachedCall { Reply = bytes, Cost = cost };
    }

    private static RerankScore Decode(CachedCall call) => RerankScore.Of(BinaryPrimitives.ReadDoubleLittleEndian(call.Reply));

    /// <summary>Ends a call of which not every part may be kept.</summary>
    private sealed class IncompleteException : Exception;
}
