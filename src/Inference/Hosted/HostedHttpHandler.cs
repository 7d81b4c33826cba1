using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>
/// Sends a request until it is answered: a time limit for each try, retries with exponential backoff and jitter for 408, 429, 5xx, time-outs and
/// broken connections, <c>Retry-After</c> obeyed. What no retry mends becomes an <see cref="InputException"/> that says what to do.
/// </summary>
internal sealed class HostedHttpHandler : DelegatingHandler
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <summary>A server that asks for more than this is as good as down; ending the run keeps all that is done.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly HostedEndpoint _endpoint;
    private readonly TimeSpan _timeout;
    private readonly bool _isOpenAI;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public HostedHttpHandler(HostedEndpoint endpoint, TimeSpan timeout, int retries, TimeSpan firstDelay, HttpMessageHandler inner)
        : base(inner)
    {
        _endpoint = endpoint;
        _timeout = timeout;
        _isOpenAI = endpoint.Url.Host is "api.openai.com" || endpoint.Url.Host.EndsWith(".openai.azure.com", StringComparison.Ordinal);
        ResiliencePipelineBuilder<HttpResponseMessage> builder = new();
        if (retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = firstDelay,
                MaxDelay = LongestBackoff,
                ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome) && !(RetryAfter(arguments.Outcome.Result) > LongestRetryAfter)),
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
                OnRetry = arguments =>
                {
                    arguments.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            });
        }

        _pipeline = builder.AddTimeout(timeout).Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await PrepareAsync(request, cancellationToken);
        int tries = 0;
        HttpResponseMessage response;
        try
        {
            response = await _pipeline.ExecuteAsync(async token =>
            {
                tries++;
                return await SendOnceAsync(request, token);
            }, cancellationToken);
        }
        catch (TimeoutRejectedException fault)
        {
            throw NoAnswer(tries, string.Create(CultureInfo.InvariantCulture, $"no reply within {_timeout.TotalSeconds} s"), $"Is it overloaded? Raise {_endpoint.Setting}:TimeoutSeconds or lower Endpoints:0:MaxInFlight.", fault);
        }
        catch (HttpRequestException fault)
        {
            throw NoAnswer(tries, Reason(fault), $"Is the server running? Start it, or correct {_endpoint.Setting}:Endpoints:0:Url.", fault);
        }

        InputException? refusal = await RefusalAsync(response, tries, cancellationToken);
        if (refusal is null) return response;
        response.Dispose();
        throw refusal;
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: TimeoutRejectedException } => true,
        { Exception: HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError } } => true,
        { Result: { } response } => IsTransient(response.StatusCode),
        _ => false,
    };

    private static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private static TimeSpan? RetryAfter(HttpResponseMessage? response)
    {
        RetryConditionHeaderValue? header = response?.Headers.RetryAfter;
        // A date is measured from the server's own clock.
        TimeSpan? wait = header?.Delta ?? (header?.Date is { } date && response?.Headers.Date is { } now ? date - now : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>One try, the body included, so that a connection that breaks in the middle of it counts as broken.</summary>
    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        try
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.IsSuccessStatusCode && !IsChatCompletion(body))
                throw new HttpRequestException(HttpRequestError.InvalidResponse, "the answer is not a chat completion");
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static bool IsChatCompletion(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
                && choices[0].ValueKind == JsonValueKind.Object && choices[0].TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task PrepareAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_endpoint.Key is null) request.Headers.Authorization = null;
        if (request.Content is null) return;
        byte[] body = await request.Content.ReadAsByteArrayAsync(cancellationToken);
        // The client writes 'max_completion_tokens'. OpenAI wants it so; older llama.cpp servers (before ggml-org/llama.cpp#19831) and others overlook it and
        // write without end, and all of them know the older 'max_tokens'.
        if (!_isOpenAI && JsonNode.Parse(body) is JsonObject json && json.Remove("max_completion_tokens", out JsonNode? limit))
        {
            json["max_tokens"] = limit;
            body = JsonSerializer.SerializeToUtf8Bytes(json);
        }

        ByteArrayContent content = new(body); // can be sent again
        content.Headers.ContentType = request.Content.Headers.ContentType;
        request.Content = content;
    }

    private async Task<InputException?> RefusalAsync(HttpResponseMessage response, int tries, CancellationToken cancellationToken)
    {
        string status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                // The server's own words are left out: some repeat the key, or a part of it.
                return new InputException($"{_endpoint.Prefix} refused access ({status}). " + (_endpoint.KeyVariable.Length == 0
                    ? $"No key was sent: put it into an environment variable and name that in {_endpoint.Setting}:Endpoints:0:ApiKeyVariable."
                    : $"Check the key in the environment variable {_endpoint.KeyVariable}, and whether it may use the model '{_endpoint.Model}'."));
            case HttpStatusCode.NotFound:
                return new InputException(
                    $"{_endpoint.Prefix} has no model '{_endpoint.Model}' or no such address ({status}). Check {_endpoint.Setting}:Model, and that Endpoints:0:Url goes up to and with /v1.");
            case var code when IsTransient(code):
                string said = ServerMessage.Read(await response.Content.ReadAsStringAsync(cancellationToken)).Text;
                return NoAnswer(
                    tries,
                    said.Length > 0 ? $"{status}: {_endpoint.Quote(said)}" : status,
                    $"What is done is kept; run the same command again later, or lower {_endpoint.Setting}:Endpoints:0:MaxInFlight.", null);
            default:
                return null;
        }
    }

    private InputException NoAnswer(int tries, string reason, string advice, Exception? cause)
    {
        string message = $"{_endpoint.Prefix} did not answer: {reason.TrimEnd('.')} ({tries} {(tries == 1 ? "try" : "tries")}). {advice}";
        return cause is null ? new InputException(message) : new InputException(message, cause);
    }

    private static string Reason(HttpRequestException fault) => fault.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "the host is not known",
        IOException or SocketException => "the connection broke off",
        _ => fault.Message,
    };
}
