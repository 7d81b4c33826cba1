namespace R2Synth.Inference.Recorded;

/// <summary>Adds each scored document to a recording.</summary>
internal sealed class RecordingReranker(IReranker inner, RecordingWriter recording) : IReranker
{
    public async Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        try
        {
            RerankReply reply = await inner.ScoreAsync(query, documents, cancellationToken);
            for (int i = 0; i < documents.Count; i++)
                await recording.AddAsync(CallKind.Rerank, new RecordedRerankRequest(query, [documents[i]]), new RecordedRerank(reply.Scores[i].Score, reply.Scores[i].Fault), null);
            return reply;
        }
        catch (Exception fault) when (RecordedError.Of(fault) is not null)
        {
            await recording.AddAsync<RecordedRerankRequest, RecordedRerank>(CallKind.Rerank, new RecordedRerankRequest(query, documents), null, RecordedError.Of(fault));
            throw;
        }
    }
}
