using System.Text.Json;
using System.Text.Json.Nodes;

namespace R2Synth.Inference.Hosted;

/// <summary>Scores from a server: one request a continuation, all of a call under way at once. Thread-safe.</summary>
/// <param name="server">Where requests go.</param>
/// <param name="method">How scores are got.</param>
/// <remarks>
/// A server cuts the joined text into tokens, not prefix and continuation apart, so a token may lie across a border. Each token that holds a letter of the scored text counts to it, whole.
/// </remarks>
internal sealed class HostedScorer(IServerCalls server, ScoreMethod method) : ITokenScorer
{
    /// <inheritdoc/>
    /// <exception cref="CallFailedException">The server refused a request, or answered without the numbers.</exception>
    /// <exception cref="NotSupportedException">A text is to be scored, and the server only weighs labels.</exception>
    public async Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        ArgumentOutOfRangeException.ThrowIfZero(continuations.Count, nameof(continuations));
        if (method.Source == ScoreSource.Chat && continuations.Any(continuation => continuation.Text.Length > 0))
            throw new NotSupportedException("A server that scores by its chat replies weighs labels only; the likelihood of a text needs one with 'echo' or 'prompt_logprobs'.");
        return await Task.WhenAll(continuations.Select(continuation => ScoreAsync(prefix, continuation, cancellationToken)));
    }

    /// <inheritdoc/>
    /// <exception cref="CallFailedException">The server refused a request, or answered without the numbers.</exception>
    public async Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ServerReply reply = method.Source == ScoreSource.Chat ? await ChatAsync(prompt, cancellationToken) : await CompleteAsync(prompt, false, method.Top, cancellationToken);
        using JsonDocument document = reply.Read();
        return [.. Top(reply, document.RootElement).Ordered.Take(top)];
    }

    private async Task<ContinuationScore> ScoreAsync(string prefix, Continuation continuation, CancellationToken cancellationToken)
    {
        string before = prefix + continuation.Lead;
        // Without labels nobody looks past the text.
        bool labels = continuation.Labels.Count > 0, scored = continuation.Text.Length > 0;
        string prompt = before + continuation.Text + (labels ? continuation.Then : "");
        ServerReply reply = method.Source == ScoreSource.Chat
            ? await ChatAsync(prompt, cancellationToken)
            : await CompleteAsync(prompt, scored, labels ? method.Top : method.Source == ScoreSource.Echo ? 1 : 0, cancellationToken);
        using JsonDocument document = reply.Read();
        JsonElement root = document.RootElement;
        (double logLikelihood, int tokens) = scored ? Sum(reply, root, prompt, before.Length, before.Length + continuation.Text.Length) : (0, 0);
        TopTokens? top = labels ? Top(reply, root) : null;
        return new ContinuationScore
        {
            LogLikelihood = logLikelihood,
            Tokens = tokens,
            Labels = top is null ? [] : [.. continuation.Labels.Select(label => top.Weight(label, ownBlank: method.Source != ScoreSource.Chat))],
            TokensRead = Used(root, "prompt_tokens") ?? 0,
            Cost = reply.Cost,
        };
    }

    private Task<ServerReply> ChatAsync(string prompt, CancellationToken cancellationToken) => server.PostAsync(
        "chat/completions",
        new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
            ["max_completion_tokens"] = 1,
            ["temperature"] = 0,
            ["logprobs"] = true,
            ["top_logprobs"] = method.Top,
        },
        cancellationToken);

    private Task<ServerReply> CompleteAsync(string prompt, bool scored, int top, CancellationToken cancellationToken)
    {
        JsonObject body = new()
        {
            ["prompt"] = prompt,
            ["max_tokens"] = 1, // some servers refuse 0
            ["temperature"] = 0,
        };
        if (scored && method.Source == ScoreSource.Echo) body["echo"] = true;
        if (scored && method.Source == ScoreSource.Vllm) body["prompt_logprobs"] = 0; // the prompt's own token is always there, and no other is wanted
        if (top > 0) body["logprobs"] = top;
        return server.PostAsync("completions", body, cancellationToken);
    }

    private (double LogLikelihood, int Tokens) Sum(ServerReply reply, JsonElement root, string prompt, int begin, int end)
    {
        (List<string?> texts, List<double?> scores) = method.Source == ScoreSource.Echo ? Echoed(reply, root) : Prompted(reply, root);
        IReadOnlyList<(int Begin, int End)> spans = TokenSpans.Of(prompt, texts) ?? throw Unreadable(reply, "tokens that are those of the prompt");
        double sum = 0;
        int count = 0;
        for (int i = 0; i < spans.Count; i++)
        {
            if (spans[i].End <= begin || spans[i].Begin >= end || spans[i].Begin == spans[i].End) continue;
            sum += scores[i] ?? throw Unreadable(reply, "a log-probability for each token of the text");
            count++;
        }

        return count > 0 ? (Math.Min(sum, 0), count) : throw Unreadable(reply, "tokens of the text");
    }

    // {"logprobs": {"tokens": [...], "token_logprobs": [null, ...]}}, the prompt's and then the reply's.
    private static (List<string?> Texts, List<double?> Scores) Echoed(ServerReply reply, JsonElement root)
    {
        if (Logprobs(root) is not { } logprobs || List(logprobs, "tokens") is not { } tokens || List(logprobs, "token_logprobs") is not { } scores || tokens.GetArrayLength() != scores.GetArrayLength())
            throw Unreadable(reply, "'tokens' and 'token_logprobs'");
        int prompt = tokens.GetArrayLength() - (Used(root, "completion_tokens") ?? 1);
        return ([.. tokens.EnumerateArray().Take(prompt).Select(Text)], [.. scores.EnumerateArray().Take(prompt).Select(Number)]);
    }

    // {"prompt_logprobs": [null, {"<id>": {"logprob", "rank", "decoded_token"}, ...}, ...]}, in each the prompt's own token first.
    private static (List<string?> Texts, List<double?> Scores) Prompted(ServerReply reply, JsonElement root)
    {
        JsonElement? list = Choice(root) is { } choice && List(choice, "prompt_logprobs") is { } own ? own : List(root, "prompt_logprobs");
        if (list is not { } positions) throw Unreadable(reply, "'prompt_logprobs'");
        List<string?> texts = [];
        List<double?> scores = [];
        foreach (JsonElement position in positions.EnumerateArray())
        {
            JsonElement? token = position.ValueKind == JsonValueKind.Object ? position.EnumerateObject().Select(entry => (JsonElement?)entry.Value).FirstOrDefault() : null;
            if (token is { ValueKind: JsonValueKind.Object } found)
            {
                texts.Add(found.TryGetProperty("decoded_token", out JsonElement text) ? Text(text) : "");
                scores.Add(found.TryGetProperty("logprob", out JsonElement score) ? Number(score) : null);
            }
            else if (texts.Count == 0)
            {
                texts.Add(null); // the first token follows nothing; which one it is isn't said
                scores.Add(null);
            }
            else
            {
                throw Unreadable(reply, "'prompt_logprobs' of each token");
            }
        }

        return (texts, scores);
    }

    private static TopTokens Top(ServerReply reply, JsonElement root)
    {
        Dictionary<string, double> tokens = new(StringComparer.Ordinal);
        JsonElement? logprobs = Logprobs(root);
        // A chat's: {"content": [{"top_logprobs": [{"token", "logprob"}, ...]}]}; llama.cpp gives completions the same form.
        if (logprobs is { } chat && List(chat, "content") is { } content && content.GetArrayLength() > 0)
        {
            foreach (JsonElement token in (List(content[0], "top_logprobs") ?? default) is { ValueKind: JsonValueKind.Array } top ? top.EnumerateArray() : default)
            {
                if (token.TryGetProperty("token", out JsonElement text) && token.TryGetProperty("logprob", out JsonElement score) && Number(score) is { } number) tokens.TryAdd(Text(text), number);
            }
        }

        // A completion's: {"top_logprobs": [{"<token>": <logprob>, ...}, ...]}; that of the one token that was written is the last.
        else if (logprobs is { } completion && List(completion, "top_logprobs") is { } list && list.GetArrayLength() > 0 && list[list.GetArrayLength() - 1] is { ValueKind: JsonValueKind.Object } last)
        {
            foreach (JsonProperty token in last.EnumerateObject())
            {
                if (Number(token.Value) is { } number) tokens.TryAdd(token.Name, number);
            }
        }

        return tokens.Count > 0 ? new TopTokens(tokens) : throw Unreadable(reply, "'top_logprobs'");
    }

    private static JsonElement? Choice(JsonElement root) =>
        List(root, "choices") is { } choices && choices.GetArrayLength() > 0 && choices[0] is { ValueKind: JsonValueKind.Object } choice ? choice : null;

    private static JsonElement? Logprobs(JsonElement root) =>
        Choice(root) is { } choice && choice.TryGetProperty("logprobs", out JsonElement logprobs) && logprobs.ValueKind == JsonValueKind.Object ? logprobs : null;

    private static JsonElement? List(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list : null;

    private static string Text(JsonElement text) => text.ValueKind == JsonValueKind.String ? text.GetString() ?? "" : "";

    private static double? Number(JsonElement number) => number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out double value) ? value : null;

    private static int? Used(JsonElement root, string name) =>
        root.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object && usage.TryGetProperty(name, out JsonElement count) && count.TryGetInt32(out int number) ? number : null;

    private static CallFailedException Unreadable(ServerReply reply, string missing) => new($"{reply.Endpoint.Prefix} answered without {missing}.");
}
