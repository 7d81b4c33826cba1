using System.Text.Json;
using System.Text.Json.Nodes;

namespace R2Synth.Inference.Hosted;

/// <summary>Reranks by a server. A document that the answer leaves out, scores twice or without a number has a fault and no score. Thread-safe.</summary>
/// <param name="server">Where requests go.</param>
/// <param name="method">How it is asked.</param>
/// <remarks>
/// Jina's <c>{model, query, documents, top_n, return_documents}</c> with <c>{results: [{index, relevance_score}]}</c>, or Text Embeddings Inference's
/// <c>{query, texts}</c> with <c>[{index, score}]</c>.
/// </remarks>
internal sealed class HostedReranker(IServerCalls server, RerankMethod method) : IReranker
{
    /// <inheritdoc/>
    /// <exception cref="CallFailedException">The server refused the request, or answered without a list.</exception>
    public async Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        ArgumentOutOfRangeException.ThrowIfZero(documents.Count, nameof(documents));
        try
        {
            ServerReply reply = await server.PostAsync(method.Address, Body(query, documents), cancellationToken);
            using JsonDocument document = reply.Read(orArray: true);
            return new RerankReply { Scores = Scores(reply, document.RootElement, documents.Count), TokensRead = Used(document.RootElement), Cost = reply.Cost };
        }
        catch (ContextExceededException) when (documents.Count > 1)
        {
            // One of them is too long: the others are not to suffer for it.
            RerankReply first = await ScoreAsync(query, [.. documents.Take(documents.Count / 2)], cancellationToken);
            RerankReply second = await ScoreAsync(query, [.. documents.Skip(documents.Count / 2)], cancellationToken);
            return new RerankReply { Scores = [.. first.Scores, .. second.Scores], TokensRead = first.TokensRead + second.TokensRead, Cost = first.Cost + second.Cost };
        }
        catch (ContextExceededException)
        {
            return new RerankReply { Scores = [RerankScore.Failed(RerankScore.TooLong)] };
        }
    }

    private JsonObject Body(string query, IReadOnlyList<string> documents)
    {
        JsonObject body = new() { ["query"] = query, [method.Documents] = new JsonArray([.. documents.Select(document => (JsonNode)document)]) };
        if (!method.IsJina) return body;
        body["top_n"] = documents.Count;
        body["return_documents"] = false;
        return body;
    }

    private static RerankScore[] Scores(ServerReply reply, JsonElement root, int count)
    {
        if (List(root) is not { } results) throw new CallFailedException($"{reply.Endpoint.Prefix} answered without a list of scores.");
        RerankScore[] scores = [.. Enumerable.Repeat(RerankScore.Failed(RerankScore.Missing), count)];
        bool[] seen = new bool[count];
        foreach (JsonElement result in results.EnumerateArray())
        {
            // Without its place nobody knows which document is meant, whatever the order.
            if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("index", out JsonElement place) || place.ValueKind != JsonValueKind.Number
                || !place.TryGetInt32(out int index) || index < 0 || index >= count) continue;
            RerankScore score = Score(result);
            scores[index] = !seen[index] || scores[index] == score ? score : RerankScore.Failed(RerankScore.Repetition);
            seen[index] = true;
        }

        return scores;
    }

    private static JsonElement? List(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array) return root;
        return (root.TryGetProperty("results", out JsonElement results) || root.TryGetProperty("data", out results)) && results.ValueKind == JsonValueKind.Array ? results : null;
    }

    private static RerankScore Score(JsonElement result) =>
        (result.TryGetProperty("relevance_score", out JsonElement score) || result.TryGetProperty("score", out score))
        && score.ValueKind == JsonValueKind.Number && score.TryGetDouble(out double number) && double.IsFinite(number)
            ? RerankScore.Of(number) : RerankScore.Failed(RerankScore.NotANumber);

    private static long Used(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object
        && (usage.TryGetProperty("prompt_tokens", out JsonElement tokens) || usage.TryGetProperty("total_tokens", out tokens))
        && tokens.ValueKind == JsonValueKind.Number && tokens.TryGetInt64(out long read) ? read : 0;
}
