using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>Embeds text by a server, as it gives them; a text longer than the model's context is cut at its end, as a model in the process does. Thread-safe.</summary>
/// <param name="server">Where requests go.</param>
/// <param name="model">The model's name, for those who ask.</param>
internal sealed class HostedEmbeddingGenerator(IServerCalls server, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Most texts in one request.</summary>
    private const int MostTexts = 128;

    private readonly EmbeddingGeneratorMetadata _metadata = new("openai", defaultModelId: model);
    private volatile bool _asNumbers;
    private int _dimensions;

    /// <inheritdoc/>
    /// <exception cref="CallFailedException">The server refused a request, or answered without the vectors.</exception>
    /// <exception cref="InputException">Vectors have different lengths.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> result = [];
        Spent spent = new();
        foreach (string[] texts in values.Chunk(MostTexts))
        {
            foreach (float[] vector in await EmbedAsync(texts, options, spent, cancellationToken)) result.Add(new Embedding<float>(vector) { ModelId = model });
        }

        result.Usage = new UsageDetails { InputTokenCount = spent.Tokens, TotalTokenCount = spent.Tokens };
        if (spent.Cost > 0) result.AdditionalProperties = new AdditionalPropertiesDictionary { [CallOptions.Cost] = spent.Cost };
        return result;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Does nothing: the connections belong to the backend.</summary>
    public void Dispose()
    {
    }

    private async Task<IReadOnlyList<float[]>> EmbedAsync(string[] texts, EmbeddingGenerationOptions? options, Spent spent, CancellationToken cancellationToken)
    {
        try
        {
            ServerReply reply = await AskAsync(texts, options, cancellationToken);
            using JsonDocument document = reply.Read();
            spent.Cost += reply.Cost;
            spent.Tokens += document.RootElement.TryGetProperty("usage", out JsonElement usage) && usage.TryGetProperty("prompt_tokens", out JsonElement tokens) && tokens.TryGetInt64(out long read) ? read : 0;
            return Vectors(reply, document.RootElement, texts.Length);
        }
        catch (ContextExceededException) when (texts.Length > 1)
        {
            IReadOnlyList<float[]> first = await EmbedAsync(texts[..(texts.Length / 2)], options, spent, cancellationToken);
            return [.. first, .. await EmbedAsync(texts[(texts.Length / 2)..], options, spent, cancellationToken)];
        }
        catch (ContextExceededException) when (texts[0].Length > 1)
        {
            int end = texts[0].Length * 3 / 4;
            if (char.IsHighSurrogate(texts[0][end - 1])) end--;
            return await EmbedAsync([texts[0][..Math.Max(1, end)]], options, spent, cancellationToken);
        }
    }

    private async Task<ServerReply> AskAsync(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        // Base64 is a quarter of the bytes; a server that does not know it may refuse the word, or answer in numbers.
        if (!_asNumbers)
        {
            ServerReply reply = await server.PostAsync("embeddings", Body(texts, options, "base64"), cancellationToken);
            if (reply.Status is not (400 or 422) || ServerMessage.Read(System.Text.Encoding.UTF8.GetString(reply.Body)).IsContextExceeded) return reply;
        }

        ServerReply numbers = await server.PostAsync("embeddings", Body(texts, options, "float"), cancellationToken);
        if (numbers.IsSuccess) _asNumbers = true;
        return numbers;
    }

    private static JsonObject Body(string[] texts, EmbeddingGenerationOptions? options, string encoding)
    {
        JsonObject body = new()
        {
            ["input"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]),
            ["encoding_format"] = encoding,
        };
        if (options?.Dimensions is { } dimensions) body["dimensions"] = dimensions;
        return body;
    }

    private float[][] Vectors(ServerReply reply, JsonElement root, int count)
    {
        float[]?[] vectors = new float[count][];
        if (root.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Array)
        {
            int place = 0;
            foreach (JsonElement entry in data.EnumerateArray())
            {
                int index = entry.TryGetProperty("index", out JsonElement given) && given.TryGetInt32(out int number) ? number : place;
                place++;
                if (index >= 0 && index < count && entry.TryGetProperty("embedding", out JsonElement embedding)) vectors[index] = Vector(embedding);
            }
        }

        return [.. vectors.Select(vector => vector is { Length: > 0 } ? Same(reply, vector) : throw new CallFailedException($"{reply.Endpoint.Prefix} answered without a vector for each text."))];
    }

    private static float[]? Vector(JsonElement embedding)
    {
        if (embedding.ValueKind == JsonValueKind.Array) return [.. embedding.EnumerateArray().Select(value => value.TryGetSingle(out float number) ? number : float.NaN)];
        if (embedding.ValueKind != JsonValueKind.String || !embedding.TryGetBytesFromBase64(out byte[]? bytes)) return null;
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray(); // lowest byte first, as all machines have it that .NET runs on
    }

    private float[] Same(ServerReply reply, float[] vector)
    {
        if (vector.Any(value => !float.IsFinite(value))) throw new CallFailedException($"{reply.Endpoint.Prefix} answered with a vector that holds something else than numbers.");
        int before = Interlocked.CompareExchange(ref _dimensions, vector.Length, 0);
        return before == 0 || before == vector.Length ? vector : throw new InputException(
            $"{reply.Endpoint.Prefix} answered with a vector of {vector.Length} numbers, and others have {before}. All endpoints of a backend must serve the same model: check their Url and Model.");
    }

    /// <summary>What the requests of one call used.</summary>
    private sealed class Spent
    {
        public long Tokens { get; set; }

        public decimal Cost { get; set; }
    }
}
