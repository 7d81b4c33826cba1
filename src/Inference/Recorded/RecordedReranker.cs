namespace R2Synth.Inference.Recorded;

/// <summary>Answers rerankings from a recording. Thread-safe.</summary>
internal sealed class RecordedReranker(RecordingReader recording) : IReranker
{
    public async Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        // Only a failure stands under several documents.
        if (documents.Count > 1) await FindAsync(query, documents, cancellationToken);
        List<RerankScore> scores = [];
        foreach (string document in documents)
        {
            RecordedRerank reply = await FindAsync(query, [document], cancellationToken) ?? throw recording.Unknown(CallKind.Rerank, $"{query} | {document}");
            scores.Add(new RerankScore(reply.Score, reply.Fault));
        }

        return new RerankReply { Scores = scores };
    }

    private Task<RecordedRerank?> FindAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken) =>
        recording.FindAsync<RecordedRerankRequest, RecordedRerank>(CallKind.Rerank, new RecordedRerankRequest(query, documents), cancellationToken);
}
