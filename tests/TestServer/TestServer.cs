using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using R2Synth.Records;

namespace R2Synth.Testing;

/// <summary>
/// An OpenAI-compatible server on 127.0.0.1 with deterministic replies and scripted faults: <c>/v1/chat/completions</c>, <c>/v1/models</c>, <c>/v1/embeddings</c>.
/// </summary>
public sealed class TestServer : IAsyncDisposable
{
    private const int Dimensions = 64;

    private readonly WebApplication _app;
    private readonly TestServerOptions _options;
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _bodies = new();
    private int _requests, _faults, _inFlight, _mostInFlight;

    private TestServer(WebApplication app, TestServerOptions options)
    {
        _app = app;
        _options = options;
    }

    /// <summary>Base address up to and with <c>/v1</c>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Chat requests so far, faulty ones and retries included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Chat requests that met a fault.</summary>
    public int FaultyRequests => Volatile.Read(ref _faults);

    /// <summary>Most chat requests that were under way at once.</summary>
    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>The bodies of the chat requests, in the order in which they came in.</summary>
    public IReadOnlyList<string> Bodies => [.. _bodies];

    /// <summary>Starts a server.</summary>
    public static async Task<TestServer> StartAsync(TestServerOptions? options = null)
    {
        options ??= new TestServerOptions();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        WebApplication app = builder.Build();
        TestServer server = new(app, options);
        app.MapPost("/v1/chat/completions", server.ChatAsync);
        app.MapPost("/v1/embeddings", EmbedAsync);
        app.MapGet("/v1/models", server.ModelsAsync);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First()
            ?? throw new InvalidOperationException("The server has no address.");
        server.Url = address.TrimEnd('/') + "/v1";
        return server;
    }

    /// <summary>Waits until the server is stopped from outside (Ctrl-C).</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private async Task ChatAsync(HttpContext context)
    {
        int ordinal = Interlocked.Increment(ref _requests) - 1;
        int inFlight = Interlocked.Increment(ref _inFlight);
        for (int most = _mostInFlight; inFlight > most; most = _mostInFlight) Interlocked.CompareExchange(ref _mostInFlight, inFlight, most);
        try
        {
            using StreamReader reader = new(context.Request.Body, Encoding.UTF8);
            string body = await reader.ReadToEndAsync(context.RequestAborted);
            _bodies.Enqueue(body);
            using JsonDocument request = JsonDocument.Parse(body);
            await AnswerAsync(context, body, request.RootElement, ordinal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left.
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task AnswerAsync(HttpContext context, string body, JsonElement request, int ordinal)
    {
        string key = context.Request.Headers.Authorization.ToString();
        string model = request.TryGetProperty("model", out JsonElement named) ? named.GetString() ?? "" : "";
        ServerFault fault = Fault(body, ordinal);
        if (_options.ApiKey is { } expected && key != $"Bearer {expected}") fault = ServerFault.Unauthorized;
        if (_options.Model is { } known && model != known) fault = ServerFault.NotFound;
        if (fault != ServerFault.None) Interlocked.Increment(ref _faults);
        if (_options.Latency > TimeSpan.Zero) await Task.Delay(_options.Latency, context.RequestAborted);
        switch (fault)
        {
            case ServerFault.TooManyRequests: await FailAsync(context, 429, "rate_limit_exceeded", "Rate limit reached."); return;
            case ServerFault.TooManyRequestsWithRetryAfter:
                context.Response.Headers.RetryAfter = "1";
                await FailAsync(context, 429, "rate_limit_exceeded", "Rate limit reached.");
                return;
            case ServerFault.ServerError: await FailAsync(context, 500, "server_error", "The server had an error."); return;
            case ServerFault.ConnectionReset: context.Abort(); return;
            case ServerFault.ContextExceeded: await FailAsync(context, 400, "context_length_exceeded", "This model's maximum context length is 128 tokens."); return;
            case ServerFault.BadRequest: await FailAsync(context, 400, "invalid_request_error", "Invalid value: 'x'."); return;
            case ServerFault.Unauthorized: await FailAsync(context, 401, "invalid_api_key", $"Incorrect API key provided: {key}."); return;
            case ServerFault.NotFound: await FailAsync(context, 404, "model_not_found", $"The model '{model}' does not exist."); return;
            case ServerFault.Slow: await Task.Delay(_options.SlowDelay, context.RequestAborted); break;
            default: break;
        }

        (string text, string finish) = Reply(request, body);
        if (fault == ServerFault.TruncatedJson) (text, finish) = (text[..(text.Length / 2)], "length");
        if (fault == ServerFault.WrongSchema) text = """{"unexpected":true}""";
        if (fault == ServerFault.ContentFilter) (text, finish) = ("", "content_filter");
        string answer = Completion(request, model, body, text, finish).ToJsonString();
        context.Response.ContentType = "application/json";
        if (fault == ServerFault.BrokenBody)
        {
            context.Response.ContentLength = Encoding.UTF8.GetByteCount(answer);
            await context.Response.WriteAsync(answer[..(answer.Length / 2)], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        await context.Response.WriteAsync(answer, context.RequestAborted);
    }

    private ServerFault Fault(string body, int ordinal)
    {
        if (ordinal < _options.Script.Count) return _options.Script[ordinal];
        if (_options.FaultShare <= 0 || _options.Faults.Count == 0) return ServerFault.None;
        string hash = ContentHash.Of(body);
        UnitSeed chance = new(_options.FaultSeed, "test-server/fault/" + hash, 0);
        if (chance.NextDouble() >= _options.FaultShare) return ServerFault.None;
        if (_attempts.AddOrUpdate(hash, 1, (_, count) => count + 1) > _options.FaultRepeats) return ServerFault.None;
        return _options.Faults[chance.Next(_options.Faults.Count)];
    }

    private (string Text, string Finish) Reply(JsonElement request, string body)
    {
        if (_options.Reply?.Invoke(request) is { } scripted) return (scripted, "stop");
        string prompt = request.TryGetProperty("messages", out JsonElement messages)
            ? string.Join('\n', messages.EnumerateArray().Where(message => message.GetProperty("role").GetString() == "user").Select(Content).TakeLast(1))
            : "";
        long seed = request.TryGetProperty("seed", out JsonElement given) && given.TryGetInt64(out long number) ? number : 0;
        PlausibleReply reply = new(prompt, new UnitSeed(seed, "test-server/" + ContentHash.Of(body), 0));
        if (request.TryGetProperty("response_format", out JsonElement format) && format.TryGetProperty("json_schema", out JsonElement wrapper) && wrapper.TryGetProperty("schema", out JsonElement schema))
            return (reply.Value(schema, "reply")?.ToJsonString() ?? "null", "stop");
        return (reply.Question(), "stop");
    }

    private static string Content(JsonElement message)
    {
        if (!message.TryGetProperty("content", out JsonElement content)) return "";
        return content.ValueKind == JsonValueKind.String
            ? content.GetString() ?? ""
            : content.ValueKind == JsonValueKind.Array
                ? string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out JsonElement text) ? text.GetString() : ""))
                : "";
    }

    private static JsonObject Completion(JsonElement request, string model, string body, string text, string finish)
    {
        int read = request.TryGetProperty("messages", out JsonElement messages) ? messages.EnumerateArray().Sum(message => Content(message).Length) / 4 : 0;
        int written = (text.Length + 3) / 4;
        return new JsonObject
        {
            ["id"] = "chatcmpl-" + ContentHash.Of(body)[..16],
            ["object"] = "chat.completion",
            ["created"] = 1_700_000_000,
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
                ["finish_reason"] = finish,
            }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = read, ["completion_tokens"] = written, ["total_tokens"] = read + written },
        };
    }

    private static Task FailAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = code, ["code"] = code } }.ToJsonString(), context.RequestAborted);
    }

    private Task ModelsAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            new JsonObject { ["object"] = "list", ["data"] = new JsonArray(new JsonObject { ["id"] = _options.Model ?? "test-model", ["object"] = "model", ["owned_by"] = "tests" }) }.ToJsonString(),
            context.RequestAborted);
    }

    /// <summary>Bags of words, hashed: texts that share words are near each other.</summary>
    private static async Task EmbedAsync(HttpContext context)
    {
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        JsonElement input = request.RootElement.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(text => text.GetString() ?? "")] : [input.GetString() ?? ""];
        bool base64 = request.RootElement.TryGetProperty("encoding_format", out JsonElement encoding) && encoding.GetString() == "base64";
        JsonArray data = [];
        for (int i = 0; i < texts.Length; i++)
        {
            float[] vector = Embed(texts[i]);
            data.Add(new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = i,
                ["embedding"] = base64
                    ? JsonValue.Create(Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(vector)))
                    : new JsonArray([.. vector.Select(value => (JsonNode)value)]),
            });
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            new JsonObject { ["object"] = "list", ["model"] = "test-model", ["data"] = data, ["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["total_tokens"] = 1 } }.ToJsonString(),
            context.RequestAborted);
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
