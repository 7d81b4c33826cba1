using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Testing;

/// <summary>Makes the answer to a body that was accepted. Pure: the same body and fault give the same answer.</summary>
internal sealed class ReplyMaker(TestServerOptions options)
{
    /// <summary>Path of chat requests.</summary>
    public const string Chat = "/v1/chat/completions";

    /// <summary>Path of text completions.</summary>
    public const string Completions = "/v1/completions";

    /// <summary>Path of embeddings.</summary>
    public const string Embeddings = "/v1/embeddings";

    /// <summary>Path of rerankings.</summary>
    public const string Rerank = "/v1/rerank";

    /// <summary>Path of rerankings at Text Embeddings Inference and others.</summary>
    public const string RootRerank = "/rerank";

    private const int Dimensions = 64;

    /// <summary>Answers.</summary>
    /// <param name="path">One of the paths.</param>
    /// <param name="request">The body.</param>
    /// <param name="hash">The body's hash.</param>
    /// <param name="fault">What goes wrong in the reply's text; other faults are not looked at.</param>
    public ServerAnswer Answer(string path, JsonElement request, string hash, ServerFault fault = ServerFault.None)
    {
        try
        {
            return path switch
            {
                Chat => AnswerChat(request, hash, fault),
                Completions when options.Abilities.Completions => AnswerCompletion(request, hash, fault),
                Embeddings when options.Abilities.Embeddings => AnswerEmbeddings(request),
                Rerank or RootRerank when options.Abilities.Rerank == (path == Rerank ? RerankSupport.Jina : RerankSupport.Tei) => AnswerRerank(request, fault),
                _ => ServerAnswer.Refusal(404, "not_found", $"There is no {path} here."),
            };
        }
        catch (Exception fields) when (fields is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return ServerAnswer.Refusal(400, "invalid_request_error", $"The request is not of the form of {path}: {fields.Message}");
        }
    }

    private static ServerAnswer Unsupported(string field) => ServerAnswer.Refusal(400, "invalid_request_error", $"Unsupported parameter: '{field}' is not supported with this model.");

    private ServerAnswer AnswerChat(JsonElement request, string hash, ServerFault fault)
    {
        ServerAbilities abilities = options.Abilities;
        bool scored = request.TryGetProperty("logprobs", out JsonElement asked) && asked.ValueKind == JsonValueKind.True;
        if (scored && abilities.Logprobs == Support.Refused) return Unsupported("logprobs");
        scored &= abilities.Logprobs == Support.Full;
        JsonElement? schema = Schema(request);
        if (request.TryGetProperty("response_format", out _) && abilities.ResponseFormat == Support.Refused) return Unsupported("response_format");

        JsonElement messages = request.GetProperty("messages");
        string prompt = "";
        int read = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            string content = Content(message);
            read += TextTokens.Count(content);
            if (message.GetProperty("role").ValueEquals("user")) prompt = content;
        }

        int? limit = Number(request, "max_completion_tokens") ?? Number(request, "max_tokens");
        IReadOnlyList<Candidate>? first = scored && schema is null && limit <= 4 ? PlausibleScores.Next(prompt, afterText: false) : null;
        string text = options.Reply?.Invoke(request) ?? first?[0].Token ?? Text(request, schema, prompt, hash, fault);
        (text, string finish, int written) = Ended(text, limit, fault);
        int top = Number(request, "top_logprobs") ?? 0;
        byte[] body = JsonBody.Write(json =>
        {
            Head(json, "chatcmpl-" + hash[..16], "chat.completion", request);
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", text);
            json.WriteEndObject();
            if (scored) WriteChatLogprobs(json, PlausibleScores.Reply(text, first), top);
            json.WriteString("finish_reason", finish);
            json.WriteEndObject();
            json.WriteEndArray();
            Usage(json, read, written);
        });
        return new ServerAnswer(200, body, read, written);
    }

    private ServerAnswer AnswerCompletion(JsonElement request, string hash, ServerFault fault)
    {
        ServerAbilities abilities = options.Abilities;
        int? top = Number(request, "logprobs"), promptTop = Number(request, "prompt_logprobs");
        bool echo = request.TryGetProperty("echo", out JsonElement echoed) && echoed.ValueKind == JsonValueKind.True;
        if (top is not null && abilities.Logprobs == Support.Refused) return Unsupported("logprobs");
        if (promptTop is not null && abilities.PromptLogprobs == Support.Refused) return Unsupported("prompt_logprobs");
        if (echo && abilities.Echo == Support.Refused) return Unsupported("echo");
        if (abilities.Logprobs == Support.Ignored) top = null;
        if (abilities.PromptLogprobs == Support.Ignored) promptTop = null;
        echo &= abilities.Echo == Support.Full;

        JsonElement given = request.GetProperty("prompt");
        string[] prompts = given.ValueKind == JsonValueKind.Array ? [.. given.EnumerateArray().Select(prompt => prompt.GetString() ?? "")] : [given.GetString() ?? ""];
        int limit = Number(request, "max_tokens") ?? 16, read = 0, allWritten = 0;
        byte[] body = JsonBody.Write(json =>
        {
            Head(json, "cmpl-" + hash[..16], "text_completion", request);
            json.WriteStartArray("choices");
            for (int i = 0; i < prompts.Length; i++)
            {
                string prompt = prompts[i];
                IReadOnlyList<Candidate>? first = limit > 0 && (limit == 1 || top is not null) ? PlausibleScores.Next(prompt, afterText: true) : null;
                string text = limit == 0 ? "" : options.Reply?.Invoke(request) ?? (limit == 1 ? first![0].Token : first?[0].Token + " " + Text(request, null, prompt, hash, fault));
                (text, string finish, int written) = Ended(text, limit, fault);
                read += TextTokens.Count(prompt);
                allWritten += written;
                List<ScoredToken> scored = top is null && promptTop is null ? [] : PlausibleScores.Prompt(prompt);
                json.WriteStartObject();
                json.WriteNumber("index", i);
                json.WriteString("text", echo ? prompt + text : text);
                if (top is { } count) WriteLogprobs(json, [.. echo ? scored : [], .. PlausibleScores.Reply(text, first)], count, echo ? 0 : prompt.Length);
                else json.WriteNull("logprobs");
                json.WriteString("finish_reason", finish);
                if (promptTop is { } promptCount) WritePromptLogprobs(json, scored, promptCount);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Usage(json, read, allWritten);
        });
        return new ServerAnswer(200, body, read, allWritten);
    }

    // Bags of words, hashed: texts that share words are near each other.
    private static ServerAnswer AnswerEmbeddings(JsonElement request)
    {
        JsonElement input = request.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(text => text.GetString() ?? "")] : [input.GetString() ?? ""];
        bool base64 = request.TryGetProperty("encoding_format", out JsonElement encoding) && encoding.GetString() == "base64";
        int read = texts.Sum(text => TextTokens.Count(text));
        byte[] body = JsonBody.Write(json =>
        {
            json.WriteString("object", "list");
            json.WriteString("model", Model(request));
            json.WriteStartArray("data");
            for (int i = 0; i < texts.Length; i++)
            {
                float[] vector = Embed(texts[i]);
                json.WriteStartObject();
                json.WriteString("object", "embedding");
                json.WriteNumber("index", i);
                if (base64)
                {
                    json.WriteBase64String("embedding", MemoryMarshal.AsBytes<float>(vector));
                }
                else
                {
                    json.WriteStartArray("embedding");
                    foreach (float value in vector) json.WriteNumberValue(value);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", read);
            json.WriteNumber("total_tokens", read);
            json.WriteEndObject();
        });
        return new ServerAnswer(200, body, read);
    }

    // How near the bags of words are; the best first, as servers have it.
    private ServerAnswer AnswerRerank(JsonElement request, ServerFault fault)
    {
        bool tei = options.Abilities.Rerank == RerankSupport.Tei;
        string query = request.GetProperty("query").GetString() ?? "";
        string[] documents = [.. request.GetProperty(tei ? "texts" : "documents").EnumerateArray().Select(document => document.GetString() ?? "")];
        float[] wanted = Embed(query);
        List<(int Index, double? Score)> results = [.. documents
            .Select((document, i) => (i, (double?)Math.Round(Embed(document).Zip(wanted, (a, b) => a * b).Sum(), 6)))
            .OrderByDescending(result => result.Item2).ThenBy(result => result.i)
            .Take(Number(request, "top_n") ?? documents.Length)];
        if (fault == ServerFault.ShortRanking) results.RemoveAt(results.Count - 1);
        if (fault == ServerFault.DoubledRanking) results.Add((results[0].Index, -1));
        if (fault == ServerFault.ForeignRanking) results.Add((documents.Length, 0.5));
        if (fault == ServerFault.UnscoredRanking) results[0] = (results[0].Index, null);
        int read = documents.Sum(document => TextTokens.Count(query) + TextTokens.Count(document));
        byte[] list = JsonBody.Write(json =>
        {
            if (!tei) json.WriteString("model", Model(request));
            json.WriteStartArray("results");
            foreach ((int index, double? score) in results)
            {
                json.WriteStartObject();
                json.WriteNumber("index", index);
                json.WritePropertyName(tei ? "score" : "relevance_score");
                if (score is { } number) json.WriteNumberValue(number);
                else json.WriteNullValue();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (tei) return;
            json.WriteStartObject("usage");
            json.WriteNumber("total_tokens", read);
            json.WriteEndObject();
        });
        return new ServerAnswer(200, tei ? list["{\"results\":".Length..^1] : list, read);
    }

    private string Text(JsonElement request, JsonElement? schema, string prompt, string hash, ServerFault fault)
    {
        long seed = request.TryGetProperty("seed", out JsonElement given) && given.TryGetInt64(out long number) ? number : 0;
        PlausibleReply reply = Stock(hash, fault) ?? new PlausibleReply(prompt, new UnitSeed(seed, "test-server/" + hash, 0));
        if (schema is not { } shape) return reply.Question();
        ArrayBufferWriter<byte> buffer = new(1024);
        using Utf8JsonWriter writer = new(buffer);
        reply.Write(writer, shape, "reply");
        writer.Flush();
        string json = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return options.Abilities.ResponseFormat == Support.Ignored ? $"Sure, here is the JSON that you asked for:\n```json\n{json}\n```" : json;
    }

    // One of four that others get as well, or null.
    private PlausibleReply? Stock(string hash, ServerFault fault)
    {
        if (fault != ServerFault.DuplicateReply && options.DuplicateReplies <= 0) return null;
        UnitSeed chance = new(options.FaultSeed, "test-server/duplicate/" + hash, 0);
        return fault == ServerFault.DuplicateReply || chance.NextDouble() < options.DuplicateReplies
            ? new PlausibleReply("the same words come back whatever is asked", new UnitSeed(chance.Next(4), "test-server/stock", 0))
            : null;
    }

    private static (string Text, string Finish, int Written) Ended(string text, int? limit, ServerFault fault)
    {
        string finish = "stop";
        if (fault == ServerFault.TruncatedJson) (text, finish) = (text[..(text.Length / 2)], "length");
        if (fault == ServerFault.WrongSchema) text = """{"unexpected":true}""";
        if (fault == ServerFault.Thoughts) text = "<think>\nThe user wants {\"query\": \"...\"}.\n</think>\n\n" + text;
        if (fault == ServerFault.ContentFilter) (text, finish) = ("", "content_filter");
        int written = TextTokens.Count(text);
        return limit is { } most && written > most ? (TextTokens.Take(text, most), "length", most) : (text, finish, written);
    }

    private static JsonElement? Schema(JsonElement request) =>
        request.TryGetProperty("response_format", out JsonElement format) && format.TryGetProperty("json_schema", out JsonElement wrapper) && wrapper.TryGetProperty("schema", out JsonElement schema)
            ? schema : null;

    private static string Content(JsonElement message)
    {
        if (!message.TryGetProperty("content", out JsonElement content)) return "";
        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString() ?? "",
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out JsonElement text) ? text.GetString() : "")),
            _ => "",
        };
    }

    private static int? Number(JsonElement request, string name) =>
        request.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static string Model(JsonElement request) => request.TryGetProperty("model", out JsonElement named) ? named.GetString() ?? "" : "";

    private static void Head(Utf8JsonWriter json, string id, string kind, JsonElement request)
    {
        json.WriteString("id", id);
        json.WriteString("object", kind);
        json.WriteNumber("created", 1_700_000_000);
        json.WriteString("model", Model(request));
    }

    private static void Usage(Utf8JsonWriter json, int read, int written)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", read);
        json.WriteNumber("completion_tokens", written);
        json.WriteNumber("total_tokens", read + written);
        json.WriteEndObject();
    }

    private static void WriteChatLogprobs(Utf8JsonWriter json, List<ScoredToken> tokens, int top)
    {
        void Token(string token, double logProbability)
        {
            json.WriteString("token", token);
            json.WriteNumber("logprob", logProbability);
            json.WriteStartArray("bytes");
            foreach (byte part in Encoding.UTF8.GetBytes(token)) json.WriteNumberValue(part);
            json.WriteEndArray();
        }

        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (ScoredToken token in tokens)
        {
            json.WriteStartObject();
            Token(token.Text, token.LogProbability ?? 0);
            json.WriteStartArray("top_logprobs");
            foreach (Candidate candidate in token.Candidates.Take(top))
            {
                json.WriteStartObject();
                Token(candidate.Token, candidate.LogProbability);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // OpenAI's older form: four lists of the same length.
    private static void WriteLogprobs(Utf8JsonWriter json, List<ScoredToken> tokens, int top, int offset)
    {
        json.WriteStartObject("logprobs");
        json.WriteStartArray("tokens");
        foreach (ScoredToken token in tokens) json.WriteStringValue(token.Text);
        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        foreach (ScoredToken token in tokens)
        {
            if (token.LogProbability is { } score) json.WriteNumberValue(score);
            else json.WriteNullValue();
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        foreach (ScoredToken token in tokens)
        {
            if (token.LogProbability is null)
            {
                json.WriteNullValue();
                continue;
            }

            json.WriteStartObject();
            foreach (Candidate candidate in token.Top(top)) json.WriteNumber(candidate.Token, candidate.LogProbability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("text_offset");
        foreach (ScoredToken token in tokens)
        {
            json.WriteNumberValue(offset);
            offset += token.Text.Length;
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // vLLM's form: by token id, the first token null.
    private static void WritePromptLogprobs(Utf8JsonWriter json, List<ScoredToken> tokens, int top)
    {
        json.WriteStartArray("prompt_logprobs");
        foreach (ScoredToken token in tokens)
        {
            if (token.LogProbability is null)
            {
                json.WriteNullValue();
                continue;
            }

            json.WriteStartObject();
            int rank = 0;
            // The prompt's own token first, as vLLM has it; two tokens of one id would hide each other.
            foreach (Candidate candidate in token.Top(top).OrderBy(candidate => candidate.Token != token.Text).DistinctBy(candidate => PlausibleScores.Id(candidate.Token)))
            {
                json.WriteStartObject(PlausibleScores.Id(candidate.Token).ToString(CultureInfo.InvariantCulture));
                json.WriteNumber("logprob", candidate.LogProbability);
                json.WriteNumber("rank", candidate.Token == token.Text ? token.Rank : ++rank);
                json.WriteString("decoded_token", candidate.Token);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static float[] Embed(string text)
    {
        float[] vector = new float[Dimensions];
        vector[0] = 1e-3f;
        foreach (string word in text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            vector[(int)(new UnitSeed(0, word, 0).NextUInt64() % Dimensions)] += 1;
        float norm = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / norm)];
    }
}
