using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using R2Synth.Records;

namespace R2Synth.Testing;

/// <summary>OpenAI's files and batches, in memory. A batch is carried out when it ends.</summary>
/// <param name="options">How they behave.</param>
/// <param name="key">The key that is asked for; null for none.</param>
/// <param name="answer">Answers the body of a chat request.</param>
public sealed class Batches(BatchServerOptions options, string? key, Func<string, ServerAnswer> answer)
{
    private readonly Lock _lock = new();
    private readonly List<StoredFile> _files = [];
    private readonly List<StoredBatch> _batches = [];
    private readonly Dictionary<string, int> _requests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _failed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _answered = new(StringComparer.Ordinal);
    private int _ids;

    /// <summary>How often each <c>custom_id</c> was answered, and so paid for.</summary>
    public IReadOnlyDictionary<string, int> Answered => _answered;

    /// <summary>Batches made so far.</summary>
    public int Made
    {
        get
        {
            lock (_lock) return _batches.Count;
        }
    }

    /// <summary>Requests of a kind so far, faulty ones included.</summary>
    public int Requests(string kind)
    {
        lock (_lock) return _requests.GetValueOrDefault(kind);
    }

    /// <summary>Names of the files that are here with the purpose <c>batch</c>.</summary>
    public IReadOnlyList<string> FileNames
    {
        get
        {
            lock (_lock) return [.. _files.Where(file => file.Purpose == "batch").Select(file => file.Name)];
        }
    }

    /// <summary>The lines of each batch's input, in the order of the batches' making.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Inputs
    {
        get
        {
            lock (_lock) return [.. _batches.Select(batch => Lines(batch.Input))];
        }
    }

    /// <summary>Adds the addresses.</summary>
    internal void Map(WebApplication app)
    {
        app.MapPost("/v1/files", (RequestDelegate)(context => ServeAsync(context, "POST files", UploadAsync)));
        app.MapGet("/v1/files", (RequestDelegate)(context => ServeAsync(context, "GET files", ListFiles)));
        app.MapGet("/v1/files/{id}", (RequestDelegate)(context => ServeAsync(context, "GET files/*", GetFile)));
        app.MapGet("/v1/files/{id}/content", (RequestDelegate)(context => ServeAsync(context, "GET files/*/content", Content)));
        app.MapDelete("/v1/files/{id}", (RequestDelegate)(context => ServeAsync(context, "DELETE files/*", DeleteFile)));
        app.MapPost("/v1/batches", (RequestDelegate)(context => ServeAsync(context, "POST batches", CreateAsync)));
        app.MapGet("/v1/batches", (RequestDelegate)(context => ServeAsync(context, "GET batches", ListBatches)));
        app.MapGet("/v1/batches/{id}", (RequestDelegate)(context => ServeAsync(context, "GET batches/*", GetBatch)));
        app.MapPost("/v1/batches/{id}/cancel", (RequestDelegate)(context => ServeAsync(context, "POST batches/*/cancel", Cancel)));
    }

    private static string Id(HttpContext context) => context.Request.RouteValues["id"]?.ToString() ?? "";

    private static string[] Lines(byte[] content) => Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Task<(int, byte[])> Found(JsonObject? json) =>
        Task.FromResult(json is null ? Fail(404, "not_found", "No such object.") : (200, Encoding.UTF8.GetBytes(json.ToJsonString())));

    private static (int, byte[]) Fail(int status, string code, string message) =>
        (status, Encoding.UTF8.GetBytes(new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = code, ["code"] = code } }.ToJsonString()));

    private async Task ServeAsync(HttpContext context, string kind, Func<HttpContext, Task<(int Status, byte[] Body)>> serve)
    {
        int ordinal;
        lock (_lock)
        {
            ordinal = _requests.GetValueOrDefault(kind);
            _requests[kind] = ordinal + 1;
        }

        if (options.OnRequest is { } see) await see(kind);
        string sent = context.Request.Headers.Authorization.ToString();
        BatchFault fault = key is not null && sent != $"Bearer {key}" ? BatchFault.Unauthorized : options.Fault?.Invoke(kind, ordinal) ?? BatchFault.None;
        if (fault == BatchFault.Reset)
        {
            context.Abort();
            return;
        }

        if (fault == BatchFault.TooManyRequests) context.Response.Headers.RetryAfter = "0";
        (int status, byte[] body) = fault switch
        {
            BatchFault.ServerError => Fail(500, "server_error", "The server had an error."),
            BatchFault.TooManyRequests => Fail(429, "rate_limit_exceeded", "Rate limit reached."),
            BatchFault.Unauthorized => Fail(401, "invalid_api_key", $"Incorrect API key provided: {sent}."),
            BatchFault.PaymentRequired => Fail(402, "payment_required", "Payment required."),
            BatchFault.NotFound => Fail(404, "not_found", "No such address."),
            _ => await serve(context),
        };
        if (fault == BatchFault.DoneThenReset)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(fault == BatchFault.BrokenBody ? body.AsMemory(0, body.Length / 2) : body, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (fault == BatchFault.BrokenBody) context.Abort();
    }

    private async Task<(int, byte[])> UploadAsync(HttpContext context)
    {
        IFormCollection form = await context.Request.ReadFormAsync(new Microsoft.AspNetCore.Http.Features.FormOptions { MultipartBodyLengthLimit = 1L << 30 }, context.RequestAborted);
        if (form.Files.GetFile("file") is not { } file || form["purpose"].ToString() is not { Length: > 0 } purpose) return Fail(400, "invalid_request_error", "'file' and 'purpose' are required.");
        using MemoryStream content = new();
        await file.CopyToAsync(content, context.RequestAborted);
        lock (_lock) return Ok(Describe(Store(file.FileName, purpose, content.ToArray())));
    }

    private static (int, byte[]) Ok(JsonObject json) => (200, Encoding.UTF8.GetBytes(json.ToJsonString()));

    private StoredFile Store(string name, string purpose, byte[] content)
    {
        StoredFile file = new(string.Create(CultureInfo.InvariantCulture, $"file-{++_ids:D4}"), name, purpose, content);
        _files.Add(file);
        return file;
    }

    private Task<(int, byte[])> ListFiles(HttpContext context)
    {
        string purpose = context.Request.Query["purpose"].ToString();
        lock (_lock) return Task.FromResult(Page(context, [.. _files.Where(file => purpose.Length == 0 || file.Purpose == purpose).Reverse().Select(Describe)]));
    }

    private Task<(int, byte[])> ListBatches(HttpContext context)
    {
        lock (_lock) return Task.FromResult(Page(context, [.. _batches.AsEnumerable().Reverse().Select(Describe)]));
    }

    private (int, byte[]) Page(HttpContext context, List<JsonObject> all)
    {
        string after = context.Request.Query["after"].ToString();
        int limit = int.TryParse(context.Request.Query["limit"], CultureInfo.InvariantCulture, out int asked) ? asked : 20;
        int start = after.Length == 0 ? 0 : all.FindIndex(one => one["id"]?.GetValue<string>() == after) + 1;
        List<JsonObject> page = [.. all.Skip(start).Take(Math.Min(limit, options.PageSize))];
        return Ok(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page]),
            ["first_id"] = page.FirstOrDefault()?["id"]?.GetValue<string>(),
            ["last_id"] = page.LastOrDefault()?["id"]?.GetValue<string>(),
            ["has_more"] = start + page.Count < all.Count,
        });
    }

    private Task<(int, byte[])> GetFile(HttpContext context)
    {
        lock (_lock) return Found(_files.Find(file => file.Id == Id(context)) is { } found ? Describe(found) : null);
    }

    private Task<(int, byte[])> Content(HttpContext context)
    {
        lock (_lock) return Task.FromResult(_files.Find(file => file.Id == Id(context)) is { } found ? (200, found.Content) : Fail(404, "not_found", "No such File object."));
    }

    private Task<(int, byte[])> DeleteFile(HttpContext context)
    {
        lock (_lock)
        {
            return _files.RemoveAll(file => file.Id == Id(context)) == 0
                ? Found(null)
                : Found(new JsonObject { ["id"] = Id(context), ["object"] = "file", ["deleted"] = true });
        }
    }

    private async Task<(int, byte[])> CreateAsync(HttpContext context)
    {
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        string input = request.RootElement.GetProperty("input_file_id").GetString() ?? "";
        string endpoint = request.RootElement.GetProperty("endpoint").GetString() ?? "";
        lock (_lock)
        {
            if (_files.Find(file => file.Id == input) is not { } file) return Fail(400, "invalid_request_error", $"No such file: {input}.");
            if (endpoint != "/v1/chat/completions") return Fail(400, "invalid_request_error", $"Unsupported endpoint: {endpoint}.");
            StoredBatch batch = new()
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"batch_{++_ids:D4}"),
                InputId = input,
                Input = file.Content,
                Window = request.RootElement.GetProperty("completion_window").GetString() ?? "",
                Metadata = request.RootElement.TryGetProperty("metadata", out JsonElement metadata) ? metadata.GetRawText() : "null",
                End = _batches.Count < options.Ends.Count ? options.Ends[_batches.Count] : "completed",
                Made = Stopwatch.GetTimestamp(),
            };
            _batches.Add(batch);
            return Ok(Describe(batch));
        }
    }

    private Task<(int, byte[])> GetBatch(HttpContext context)
    {
        lock (_lock)
        {
            if (_batches.Find(batch => batch.Id == Id(context)) is not { } found) return Found(null);
            found.Polls++;
            if (!found.HasEnded && found.Polls >= options.Polls && Stopwatch.GetElapsedTime(found.Made) >= options.Duration) EndBatch(found);
            else if (!found.HasEnded) found.Status = found.Polls == 1 ? "in_progress" : "finalizing";
            return Found(Describe(found));
        }
    }

    private Task<(int, byte[])> Cancel(HttpContext context)
    {
        lock (_lock)
        {
            if (_batches.Find(batch => batch.Id == Id(context)) is not { } found) return Found(null);
            if (!found.HasEnded) (found.Status, found.End) = ("cancelling", "cancelled");
            return Found(Describe(found));
        }
    }

    private void EndBatch(StoredBatch batch)
    {
        batch.HasEnded = true;
        batch.Status = batch.End;
        if (batch.End == "failed") return;
        StringBuilder output = new(), errors = new();
        foreach (string line in Lines(batch.Input))
        {
            using JsonDocument request = JsonDocument.Parse(line);
            string id = request.RootElement.GetProperty("custom_id").GetString() ?? "";
            JsonElement body = request.RootElement.GetProperty("body");
            if (batch.End is "expired" or "cancelled" && new UnitSeed(options.Seed, $"test-server/batch-end/{id}", batch.Ordinal).NextDouble() >= options.AnsweredShare)
            {
                // A cancelled batch says nothing of what it left undone; an expired one does.
                if (batch.End == "expired") errors.Append(Line(id, null, ("batch_expired", "This request could not be executed before the completion window expired."))).Append('\n');
                continue;
            }

            (int status, string answered) = Answer(id, body);
            if (status == 0) continue;
            if (status == 200) _answered.AddOrUpdate(id, 1, (_, count) => count + 1);
            (status == 200 ? output : errors).Append(Line(id, (status, answered), null)).Append('\n');
        }

        if (output.Length > 0) batch.OutputId = Store($"{batch.Id}_output.jsonl", "batch_output", Encoding.UTF8.GetBytes(output.ToString())).Id;
        if (errors.Length > 0) batch.ErrorId = Store($"{batch.Id}_error.jsonl", "batch_output", Encoding.UTF8.GetBytes(errors.ToString())).Id;
    }

    private (int, string) Answer(string id, JsonElement body)
    {
        UnitSeed chance = new(options.Seed, $"test-server/batch-line/{id}", 0);
        if (chance.NextDouble() < options.FailingShare)
        {
            int failed = _failed.GetValueOrDefault(id);
            _failed[id] = failed + 1;
            int status = options.LineStatuses[chance.Next(options.LineStatuses.Count)];
            if (failed < options.FailingRepeats) return (status, Encoding.UTF8.GetString(Fail(status, "line_failed", "The line failed.").Item2));
        }

        if (options.Line?.Invoke(body) is { } scripted) return scripted;
        ServerAnswer answered = answer(body.GetRawText());
        return (answered.Status, Encoding.UTF8.GetString(answered.Body));
    }

    private static string Line(string id, (int Status, string Body)? response, (string Code, string Message)? error) => new JsonObject
    {
        ["id"] = "batch_req_" + ContentHash.Of(id)[..12],
        ["custom_id"] = id,
        ["response"] = response is { } got ? new JsonObject { ["status_code"] = got.Status, ["request_id"] = "req_1", ["body"] = JsonNode.Parse(got.Body) } : null,
        ["error"] = error is { } fault ? new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message } : null,
    }.ToJsonString();

    private static JsonObject Describe(StoredFile file) => new()
    {
        ["id"] = file.Id,
        ["object"] = "file",
        ["bytes"] = file.Content.Length,
        ["created_at"] = 1_700_000_000,
        ["filename"] = file.Name,
        ["purpose"] = file.Purpose,
    };

    private JsonObject Describe(StoredBatch batch)
    {
        int total = Lines(batch.Input).Length;
        return new JsonObject
        {
            ["id"] = batch.Id,
            ["object"] = "batch",
            ["endpoint"] = "/v1/chat/completions",
            ["errors"] = batch.Status == "failed"
                ? new JsonObject
                {
                    ["object"] = "list",
                    ["data"] = new JsonArray(new JsonObject { ["code"] = options.Refusal.Code, ["message"] = options.Refusal.Message, ["param"] = null, ["line"] = 1 }),
                }
                : null,
            ["input_file_id"] = batch.InputId,
            ["completion_window"] = batch.Window,
            ["status"] = batch.Status,
            ["output_file_id"] = batch.OutputId,
            ["error_file_id"] = batch.ErrorId,
            ["created_at"] = 1_700_000_000,
            ["request_counts"] = new JsonObject { ["total"] = total, ["completed"] = batch.OutputId is null ? 0 : total, ["failed"] = 0 },
            ["metadata"] = JsonNode.Parse(batch.Metadata),
        };
    }

    private sealed record StoredFile(string Id, string Name, string Purpose, byte[] Content);

    private sealed class StoredBatch
    {
        public required string Id { get; init; }

        public required string InputId { get; init; }

        public required byte[] Input { get; init; }

        public required string Window { get; init; }

        public required string Metadata { get; init; }

        public required string End { get; set; }

        public required long Made { get; init; }

        public string Status { get; set; } = "validating";

        public int Polls { get; set; }

        public bool HasEnded { get; set; }

        public string? OutputId { get; set; }

        public string? ErrorId { get; set; }

        public int Ordinal => int.Parse(Id["batch_".Length..], CultureInfo.InvariantCulture);
    }
}
