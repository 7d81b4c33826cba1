using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using Polly.Retry;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>
/// The files and batches of a server, over HTTP. Passing faults (408, 429, 5xx, time-outs, broken connections) are tried again, <c>Retry-After</c> obeyed, until
/// both the retries and the time of an outage are used up. What may have been done although no answer came is looked for before it is done again.
/// </summary>
/// <param name="endpoint">The server.</param>
/// <param name="options">The backend's settings.</param>
/// <param name="sender">Sends; its owner disposes of it.</param>
/// <param name="times">Time limits and waits.</param>
internal sealed class BatchServer(HostedEndpoint endpoint, BackendOptions options, HostedSender sender, HostedTimes times)
{
    /// <summary>The key of our own name in a batch's metadata.</summary>
    private const string MetadataKey = "r2synth";

    /// <summary>What OpenAI gives at most of a list at once.</summary>
    private const int PageSize = 100;

    // 200 MB at 3 megabits a second take ten minutes.
    private readonly TimeSpan _transferTimeout = TimeSpan.FromSeconds(Math.Max(times.Timeout.TotalSeconds, 600));

    /// <summary>Uploads a file of requests.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name at the server, which no other file there has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="InputException">The server refuses it, or does not answer.</exception>
    public Task<string> UploadAsync(string path, string name, CancellationToken cancellationToken) => RetryAsync(async (attempt, token) =>
    {
        if (attempt > 0 && await FindFileOnceAsync(name, token) is { } there) return there;
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        using StreamContent content = new(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
        using StringContent purpose = new("batch");
        using MultipartFormDataContent form = new() { { purpose, "purpose" }, { content, "file", name } };
        return await SendOnceAsync(HttpMethod.Post, "files", form, _transferTimeout, ReadIdAsync, token);
    }, cancellationToken);

    /// <summary>Finds an uploaded file by its name.</summary>
    /// <returns>Its id; null where there is none.</returns>
    /// <inheritdoc cref="UploadAsync"/>
    public Task<string?> FindFileAsync(string name, CancellationToken cancellationToken) => RetryAsync((_, token) => FindFileOnceAsync(name, token), cancellationToken);

    /// <summary>Deletes a file; one that is gone already is no error.</summary>
    /// <inheritdoc cref="UploadAsync"/>
    public Task DeleteFileAsync(string fileId, CancellationToken cancellationToken) =>
        RetryAsync((_, token) => SendOnceAsync(HttpMethod.Delete, $"files/{Uri.EscapeDataString(fileId)}", null, times.Timeout, (_, _) => Task.FromResult(true), token, mayBeGone: true), cancellationToken);

    /// <summary>Makes a batch of an uploaded file.</summary>
    /// <param name="fileId">The file.</param>
    /// <param name="localId">Our own name of the batch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="UploadAsync"/>
    public Task<ServerBatch> CreateAsync(string fileId, string localId, CancellationToken cancellationToken) => RetryAsync(async (attempt, token) =>
    {
        if (attempt > 0 && await FindBatchOnceAsync(localId, token) is { } there) return there;
        using ByteArrayContent content = new(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["input_file_id"] = fileId,
            ["endpoint"] = BatchInput.Address(endpoint),
            ["completion_window"] = options.Batch.CompletionWindow,
            ["metadata"] = new Dictionary<string, string> { [MetadataKey] = localId },
        }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendOnceAsync(HttpMethod.Post, "batches", content, times.Timeout, ReadBatchAsync, token);
    }, cancellationToken);

    /// <summary>Finds a batch by our own name of it.</summary>
    /// <returns>Null where there is none.</returns>
    /// <inheritdoc cref="UploadAsync"/>
    public Task<ServerBatch?> FindBatchAsync(string localId, CancellationToken cancellationToken) => RetryAsync((_, token) => FindBatchOnceAsync(localId, token), cancellationToken);

    /// <summary>Asks how a batch is.</summary>
    /// <inheritdoc cref="UploadAsync"/>
    public Task<ServerBatch> GetAsync(string batchId, CancellationToken cancellationToken) =>
        RetryAsync((_, token) => SendOnceAsync(HttpMethod.Get, $"batches/{Uri.EscapeDataString(batchId)}", null, times.Timeout, ReadBatchAsync, token), cancellationToken);

    /// <summary>Fetches a file of results; it is there whole or not at all.</summary>
    /// <inheritdoc cref="UploadAsync"/>
    public Task DownloadAsync(string fileId, string path, CancellationToken cancellationToken) => RetryAsync(async (_, token) =>
    {
        return await SendOnceAsync(HttpMethod.Get, $"files/{Uri.EscapeDataString(fileId)}/content", null, _transferTimeout, async (response, inner) =>
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(inner);
            await BatchFolder.WriteAsync(path, file => CopyAsync(body, file, inner));
            BatchResults.Read([path]).Dispose(); // JsonException: a file that came in half
            return true;
        }, token);
    }, cancellationToken);

    private Task<string?> FindFileOnceAsync(string name, CancellationToken cancellationToken) =>
        FindOnceAsync("files?purpose=batch&", file => ServerBatch.Text(file, "filename") == name, file => ServerBatch.Text(file, "id"), cancellationToken);

    private Task<ServerBatch?> FindBatchOnceAsync(string localId, CancellationToken cancellationToken) => FindOnceAsync(
        "batches?", batch => ServerBatch.Member(batch, "metadata") is { } metadata && ServerBatch.Text(metadata, MetadataKey) == localId, ServerBatch.Read, cancellationToken);

    /// <summary>Goes through the pages of a list, newest first.</summary>
    private async Task<T?> FindOnceAsync<T>(string path, Func<JsonElement, bool> wanted, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        string? after = null;
        while (true)
        {
            string page = string.Create(CultureInfo.InvariantCulture, $"{path}limit={PageSize}") + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
            (T? found, string? last, bool more) = await SendOnceAsync(HttpMethod.Get, page, null, times.Timeout, async (response, token) =>
            {
                using JsonDocument document = await JsonAsync(response, token);
                JsonElement data = ServerBatch.Member(document.RootElement, "data") is { ValueKind: JsonValueKind.Array } list ? list : throw new JsonException("The answer is not a list.");
                T? one = data.EnumerateArray().Where(wanted).Select(read).FirstOrDefault();
                string? end = data.EnumerateArray().Select(entry => ServerBatch.Text(entry, "id")).LastOrDefault();
                return (one, end, ServerBatch.Member(document.RootElement, "has_more") is { ValueKind: JsonValueKind.True });
            }, cancellationToken);
            if (found is not null || !more || last is null || last == after) return found;
            after = last;
        }
    }

    private static async Task CopyAsync(Stream network, Stream file, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            int read;
            try
            {
                read = await network.ReadAsync(buffer, cancellationToken);
            }
            catch (IOException fault)
            {
                throw new HttpRequestException("the connection broke off", fault); // not the disk's fault
            }

            if (read == 0) return;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static async Task<string> ReadIdAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using JsonDocument document = await JsonAsync(response, cancellationToken);
        return ServerBatch.Text(document.RootElement, "id") ?? throw new JsonException("The answer has no 'id'.");
    }

    private static async Task<ServerBatch> ReadBatchAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using JsonDocument document = await JsonAsync(response, cancellationToken);
        return ServerBatch.Read(document.RootElement);
    }

    private static async Task<JsonDocument> JsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonDocument.ParseAsync(body, default, cancellationToken);
    }

    private async Task<T> SendOnceAsync<T>(
        HttpMethod method, string path, HttpContent? content, TimeSpan timeout, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken, bool mayBeGone = false)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using HttpRequestMessage request = endpoint.Request(method, path, content);
            using HttpResponseMessage response = await sender.SendAsync(endpoint, request, limit.Token);
            if (!(mayBeGone && response.StatusCode == HttpStatusCode.NotFound)) await CheckAsync(response, request, limit.Token);
            return await read(response, limit.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnansweredException(string.Create(CultureInfo.InvariantCulture, $"no reply within {timeout.TotalSeconds} s"), null, fault);
        }
        catch (HttpRequestException fault)
        {
            throw new UnansweredException(HostedSender.Reason(fault).TrimEnd('.'), null, fault);
        }
        catch (IOException fault)
        {
            throw new UnansweredException("the connection broke off", null, fault);
        }
        catch (JsonException fault)
        {
            throw new UnansweredException($"the answer is damaged ({endpoint.Quote(fault.Message).TrimEnd('.')})", null, fault);
        }
    }

    private async Task CheckAsync(HttpResponseMessage response, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        string status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        ServerMessage said = ServerMessage.Read(await response.Content.ReadAsStringAsync(cancellationToken));
        string quoted = said.Text.Length > 0 ? $"{status}: {endpoint.Quote(said.Text).TrimEnd('.')}" : status;
        string what = $"{request.Method} {request.RequestUri?.AbsolutePath}";
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new InputException(HostedSender.AccessRefused(endpoint, status));
            case HttpStatusCode.PaymentRequired:
            case HttpStatusCode.TooManyRequests when said.IsOutOfMoney:
                throw new InputException($"{endpoint.Prefix} wants to be paid first ({quoted}). What is done is kept: fill up the account, then run the same command again.");
            case HttpStatusCode.NotFound:
                throw new InputException(
                    $"{endpoint.Prefix} does not know {what} ({quoted}). Has it a batch interface? If not, set {endpoint.Setting}:Batch:Enabled to false. " +
                    $"A batch or file that is gone there, or belongs to another account, can be forgotten here by removing its files in {endpoint.Setting}:Batch:Folder.");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new UnansweredException(quoted, HostedSender.RetryAfter(response), null);
            default:
                throw new InputException($"{endpoint.Prefix} rejected {what} ({quoted}). Check {endpoint.Setting}:Model and {endpoint.Setting}:Batch.");
        }
    }

    private async Task<T> RetryAsync<T>(Func<int, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        long started = times.Clock.GetTimestamp();
        int tries = 0;
        ResiliencePipeline retries = new ResiliencePipelineBuilder { TimeProvider = times.Clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = times.FirstDelay,
                MaxDelay = times.LongestDelay,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is UnansweredException { RetryAfter: var after } && !(after > times.LongestRetryAfter)
                    && (arguments.AttemptNumber < options.Retries || times.Clock.GetElapsedTime(started) < times.Outage)),
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as UnansweredException)?.RetryAfter),
            })
            .Build();
        try
        {
            return await retries.ExecuteAsync(async token => await attempt(tries++, token), cancellationToken);
        }
        catch (UnansweredException fault)
        {
            throw new InputException(
                $"{endpoint.Prefix} did not answer: {fault.Message} ({tries} {(tries == 1 ? "try" : "tries")}). What is done is kept, and batches under way go on at the server: " +
                "run the same command again later, and it finds them.", fault);
        }
    }

    /// <summary>No answer, or one that asks to come again; the same request may be answered the next time.</summary>
    private sealed class UnansweredException(string message, TimeSpan? retryAfter, Exception? cause) : Exception(message, cause)
    {
        public TimeSpan? RetryAfter { get; } = retryAfter;
    }
}
