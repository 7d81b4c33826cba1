using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
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
/// An OpenAI-compatible server on 127.0.0.1 with deterministic replies and scripted faults: <c>/v1/chat/completions</c>, <c>/v1/completions</c>, <c>/v1/embeddings</c>, <c>/v1/rerank</c>,
/// <c>/v1/models</c>, and its own counters at <c>/stats</c>.
/// </summary>
public sealed partial class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestServerOptions _options;
    private readonly ReplyMaker _replies;
    private readonly RequestGrants? _grants;
    private readonly ConcurrentDictionary<string, int> _faultsMet = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _bodies = new();

    private TestServer(WebApplication app, TestServerOptions options)
    {
        _app = app;
        _options = options;
        _replies = new ReplyMaker(options);
        _grants = options.RequestsPerMinute is { } perMinute ? new RequestGrants(perMinute, TimeProvider.System) : null;
        Statistics = new ServerStatistics(options);
    }

    /// <summary>Base address up to and with <c>/v1</c>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What it has done so far.</summary>
    public ServerStatistics Statistics { get; }

    /// <summary>Requests for replies and embeddings so far, faulty ones and retries included.</summary>
    public int Requests => Statistics.Requests;

    /// <summary>Requests that met a fault.</summary>
    public int FaultyRequests => Statistics.FaultyRequests;

    /// <summary>Most requests that were under way at once.</summary>
    public int MostInFlight => Statistics.MostInFlight;

    /// <summary>The bodies of the requests, in the order in which they came in. Empty without <see cref="TestServerOptions.KeepBodies"/>.</summary>
    public IReadOnlyList<string> Bodies => [.. _bodies];

    /// <summary>Starts a server.</summary>
    public static async Task<TestServer> StartAsync(TestServerOptions? options = null)
    {
        options ??= new TestServerOptions();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        // Nothing here blocks a thread; each request is spared two hops.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        WebApplication app = builder.Build();
        TestServer server = new(app, options);
        // Before the routes, which the requests that come by the thousand do not need.
        app.Use((context, next) => HttpMethods.IsPost(context.Request.Method) && ReplyPath(context.Request.Path.Value) is { } path ? server.ServeAsync(context, path) : next(context));
        app.UseRouting();
        app.MapGet("/v1/models", (RequestDelegate)server.ListModelsAsync);
        app.MapGet("/stats", (RequestDelegate)(context => WriteAsync(context, new ServerAnswer(200, server.StatisticsJson()))));
        server.MapBatches(app);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First()
            ?? throw new InvalidOperationException("The server has no address.");
        server.Url = address.TrimEnd('/') + "/v1";
        return server;
    }

    /// <summary>Answers a body as its path would, without latency: what a batch does with each of its lines. It counts as generated and is billed, not as a request.</summary>
    /// <param name="path">From <c>/v1</c> on, for instance <c>/v1/chat/completions</c>.</param>
    /// <param name="body">The request, JSON in UTF-8.</param>
    /// <param name="fault">What goes wrong: a refusal by its status or a fault of the reply's text; those of the connection do not apply.</param>
    /// <param name="priceShare">Share of the full price, 0 to 1.</param>
    public ServerAnswer Answer(string path, ReadOnlyMemory<byte> body, ServerFault fault = ServerFault.None, double priceShare = 1)
    {
        using JsonDocument request = JsonDocument.Parse(body);
        return Generate(path, request.RootElement, Hash(body.Span), fault, "", priceShare);
    }

    /// <summary>Waits until the server is stopped from outside (Ctrl-C, SIGTERM).</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    /// <summary>The counters as a JSON object, with the CPU seconds and the peak memory of the process.</summary>
    internal byte[] StatisticsJson() => JsonBody.Write(json =>
    {
        using Process process = Process.GetCurrentProcess();
        json.WriteNumber("requests", Statistics.Requests);
        json.WriteNumber("faulty", Statistics.FaultyRequests);
        json.WriteNumber("refused", Statistics.Refused);
        json.WriteNumber("served", Statistics.Served);
        json.WriteNumber("needless", Statistics.NeedlessRequests);
        json.WriteNumber("most_in_flight", Statistics.MostInFlight);
        json.WriteNumber("tokens_read", Statistics.TokensRead);
        json.WriteNumber("tokens_written", Statistics.TokensWritten);
        json.WriteNumber("billed", Statistics.Billed);
        json.WriteNumber("first_request_ms", Statistics.FirstRequestMilliseconds);
        json.WriteNumber("cpu_seconds", process.TotalProcessorTime.TotalSeconds);
        json.WriteNumber("peak_bytes", process.PeakWorkingSet64);
        json.WriteStartObject("paths");
        foreach ((string path, int count) in Statistics.Paths) json.WriteNumber(path, count);
        json.WriteEndObject();
    });

    partial void MapBatches(WebApplication app);

    private static string? ReplyPath(string? path) => path switch
    {
        ReplyMaker.Chat => ReplyMaker.Chat,
        ReplyMaker.Completions => ReplyMaker.Completions,
        ReplyMaker.Embeddings => ReplyMaker.Embeddings,
        ReplyMaker.Rerank => ReplyMaker.Rerank,
        ReplyMaker.RootRerank => ReplyMaker.RootRerank,
        _ => null,
    };

    private static string Hash(ReadOnlySpan<byte> body) => XxHash128.HashToUInt128(body).ToString("x32", CultureInfo.InvariantCulture);

    private async Task ServeAsync(HttpContext context, string path)
    {
        long start = Stopwatch.GetTimestamp();
        (int ordinal, int inFlight) = Statistics.Enter(path);
        try
        {
            (ServerAnswer answer, ServerFault fault) = await ReceiveAsync(context, path, ordinal, inFlight);
            // Whoever is turned away is told at once.
            if (answer.Status == 429 && fault == ServerFault.None)
            {
                await WriteAsync(context, answer);
                return;
            }

            TimeSpan writing = _options.TokensPerSecond is { } rate ? TimeSpan.FromSeconds(answer.Written / rate) : TimeSpan.Zero;
            await DueClock.UntilAsync(start, _options.Latency + writing, context.RequestAborted);
            if (await DeliverAsync(context, answer, fault) && answer.Status == 200) Statistics.Serve();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left.
        }
        finally
        {
            Statistics.Leave();
        }
    }

    private async Task<(ServerAnswer Answer, ServerFault Fault)> ReceiveAsync(HttpContext context, string path, int ordinal, int inFlight)
    {
        PipeReader reader = context.Request.BodyReader;
        ReadResult read;
        while (!(read = await reader.ReadAsync(context.RequestAborted)).IsCompleted) reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        int length = (int)read.Buffer.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            read.Buffer.CopyTo(rented);
            reader.AdvanceTo(read.Buffer.End);
            return Receive(context, path, rented.AsMemory(0, length), ordinal, inFlight);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private (ServerAnswer Answer, ServerFault Fault) Receive(HttpContext context, string path, ReadOnlyMemory<byte> body, int ordinal, int inFlight)
    {
        string hash = Hash(body.Span);
        if (_options.KeepBodies) _bodies.Enqueue(Encoding.UTF8.GetString(body.Span));
        string key = context.Request.Headers.Authorization.ToString();
        ServerAnswer answer;
        ServerFault fault = ServerFault.None;
        if (inFlight > _options.Places || _grants?.TryTake() == false)
        {
            Statistics.Refuse();
            answer = ServerAnswer.Refusal(429, "rate_limit_exceeded", "Rate limit reached.") with { RetryAfter = _options.RefuseWithRetryAfter ? _options.RetryAfter : null };
        }
        else
        {
            using JsonDocument request = JsonDocument.Parse(body);
            fault = _options.ApiKey is { } expected && key != $"Bearer {expected}" ? ServerFault.Unauthorized
                : !Knows(request.RootElement) ? ServerFault.NotFound
                : Fault(hash, ordinal);
            answer = Generate(path, request.RootElement, hash, fault, key, 1);
        }

        bool faulty = fault != ServerFault.None || answer.Status != 200;
        if (faulty) Statistics.Fault();
        if (_options.KeepBodies) Statistics.Attempt(hash, faulty);
        return (answer, fault);
    }

    private ServerAnswer Generate(string path, JsonElement request, string hash, ServerFault fault, string key, double priceShare)
    {
        ServerAnswer answer = fault switch
        {
            ServerFault.TooManyRequests => ServerAnswer.Refusal(429, "rate_limit_exceeded", "Rate limit reached."),
            ServerFault.TooManyRequestsWithRetryAfter => ServerAnswer.Refusal(429, "rate_limit_exceeded", "Rate limit reached.") with { RetryAfter = _options.RetryAfter },
            ServerFault.ServerError => ServerAnswer.Refusal(500, "server_error", "The server had an error."),
            ServerFault.ServiceUnavailable => ServerAnswer.Refusal(503, "service_unavailable", "The server is overloaded."),
            ServerFault.PaymentRequired => ServerAnswer.Refusal(402, "insufficient_quota", "You exceeded your current quota."),
            ServerFault.ContextExceeded => ServerAnswer.Refusal(400, "context_length_exceeded", "This model's maximum context length is 128 tokens."),
            ServerFault.TooLarge => ServerAnswer.Refusal(500, "server_error", "input is too large to process. increase the physical batch size"),
            ServerFault.TooManyTokens => ServerAnswer.Refusal(413, "Validation", "Input validation error: `inputs` must have less than 512 tokens. Given: 534"),
            ServerFault.BadRequest => ServerAnswer.Refusal(400, "invalid_request_error", "Invalid value: 'x'."),
            ServerFault.Unauthorized => ServerAnswer.Refusal(401, "invalid_api_key", $"Incorrect API key provided: {key}."),
            ServerFault.NotFound => ServerAnswer.Refusal(404, "model_not_found", $"The model '{Model(request)}' does not exist."),
            _ => _replies.Answer(path, request, hash, fault),
        };
        if (answer.Status == 200) Statistics.Bill(answer, priceShare);
        return answer;
    }

    private bool Knows(JsonElement request) => _options.Models.Count > 0 ? _options.Models.Contains(Model(request)) : _options.Model is not { } known || Model(request) == known;

    private static string Model(JsonElement request) => request.TryGetProperty("model", out JsonElement named) ? named.GetString() ?? "" : "";

    private ServerFault Fault(string hash, int ordinal)
    {
        if (ordinal < _options.Script.Count) return _options.Script[ordinal];
        if (_options.FaultShare <= 0 || _options.Faults.Count == 0) return ServerFault.None;
        UnitSeed chance = new(_options.FaultSeed, "test-server/fault/" + hash, 0);
        if (chance.NextDouble() >= _options.FaultShare) return ServerFault.None;
        if (_faultsMet.AddOrUpdate(hash, 1, (_, count) => count + 1) > _options.FaultRepeats) return ServerFault.None;
        return _options.Faults[chance.Next(_options.Faults.Count)];
    }

    /// <returns>Whether the body was written to its end.</returns>
    private async Task<bool> DeliverAsync(HttpContext context, ServerAnswer answer, ServerFault fault)
    {
        switch (fault)
        {
            case ServerFault.ConnectionReset:
                context.Abort();
                return false;
            case ServerFault.BrokenBody or ServerFault.ResetAfterPart:
                int part = fault == ServerFault.BrokenBody ? answer.Body.Length / 2 : answer.Body.Length * 2 / 3;
                context.Response.ContentType = "application/json";
                if (fault == ServerFault.BrokenBody) context.Response.ContentLength = answer.Body.Length;
                await context.Response.BodyWriter.WriteAsync(answer.Body.AsMemory(0, part), context.RequestAborted);
                context.Abort();
                return false;
            case ServerFault.HalfBody:
                await WriteAsync(context, answer with { Body = answer.Body[..(answer.Body.Length / 2)] });
                return false;
            case ServerFault.Slow:
                await Task.Delay(_options.SlowDelay, context.RequestAborted);
                break;
            default: break;
        }

        if (fault != ServerFault.SlowDrip && !_options.Drip)
        {
            await WriteAsync(context, answer);
            return !context.RequestAborted.IsCancellationRequested;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        foreach (byte[] piece in answer.Body.Chunk(_options.DripBytes))
        {
            await context.Response.BodyWriter.WriteAsync(piece, context.RequestAborted);
            await DueClock.UntilAsync(Stopwatch.GetTimestamp(), _options.DripDelay, context.RequestAborted);
        }

        return !context.RequestAborted.IsCancellationRequested;
    }

    private static async Task WriteAsync(HttpContext context, ServerAnswer answer)
    {
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        if (answer.RetryAfter is { } span)
        {
            response.Headers.RetryAfter = Math.Ceiling(span.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            if (span.Milliseconds != 0) response.Headers["retry-after-ms"] = span.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        }

        await response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
    }

    private Task ListModelsAsync(HttpContext context)
    {
        Statistics.Visit("/v1/models");
        if (!_options.Abilities.Models) return WriteAsync(context, ServerAnswer.Refusal(404, "not_found", "There is no /v1/models here."));
        if (_options.ApiKey is { } expected && context.Request.Headers.Authorization.ToString() != $"Bearer {expected}")
            return WriteAsync(context, ServerAnswer.Refusal(401, "invalid_api_key", "Incorrect API key provided."));
        IReadOnlyList<string> models = _options.Models.Count > 0 ? _options.Models : [_options.Model ?? "test-model"];
        return WriteAsync(context, new ServerAnswer(200, JsonBody.Write(json =>
        {
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (string model in models)
            {
                json.WriteStartObject();
                json.WriteString("id", model);
                json.WriteString("object", "model");
                json.WriteString("owned_by", "tests");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        })));
    }
}
