using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Polly;
using Polly.Timeout;

namespace R2Synth.Inference.Hosted;

/// <summary>
/// One try at one endpoint: asks for the money, sends, reads the whole body, tells what came of it, settles the money. Thread-safe.
/// </summary>
internal sealed class HostedSender : IDisposable
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly HostedTimes _times;
    private readonly ISpending? _spending;
    private readonly ResiliencePipeline _limit;
    private readonly HttpMessageInvoker _outside, _here;

    /// <summary>Creates it.</summary>
    /// <param name="times">The waits.</param>
    /// <param name="spending">Asked before each request that costs something; null where nobody counts.</param>
    /// <param name="handler">Takes the place of the network in tests; null for the network.</param>
    public HostedSender(HostedTimes times, ISpending? spending, HttpMessageHandler? handler = null)
    {
        _times = times;
        _spending = spending;
        _limit = new ResiliencePipelineBuilder { TimeProvider = times.Clock }.AddTimeout(times.Timeout).Build();
        // A proxy meant for the outside must not stand before a server on this machine.
        _outside = new HttpMessageInvoker(handler ?? Sockets(times, useProxy: true));
        _here = handler is null ? new HttpMessageInvoker(Sockets(times, useProxy: false)) : _outside;
    }

    /// <summary>Sends anything anywhere, without queue, retries or money: for questions that cost nothing, files and batches.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="request">From <see cref="HostedEndpoint.Request"/>.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    public Task<HttpResponseMessage> SendAsync(HostedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken) =>
        (endpoint.Url.IsLoopback ? _here : _outside).SendAsync(request, cancellationToken);

    /// <summary>Makes one try.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="body">What.</param>
    /// <param name="path">The path below <c>/v1</c>.</param>
    /// <param name="call">Told what it cost.</param>
    /// <returns>How it ended; every fault of servers and networks is an outcome, not an exception.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled before it was sent, or did not end in <see cref="HostedTimes.Grace"/>.</exception>
    /// <exception cref="Records.InputException">The budget is used up.</exception>
    public async Task<Attempt> TryAsync(HostedEndpoint endpoint, RequestBody body, string path, HostedCall call)
    {
        byte[] json = body.For(endpoint);
        decimal worst = _spending is null || endpoint.Pricing.IsFree ? 0 : endpoint.Pricing.Worst(json.Length + body.RepeatedBytes, body.Messages, body.MostOutput);
        ISpendingTicket? ticket = worst > 0 ? await _spending!.ReserveAsync(worst, null, call.CancellationToken) : null; // worst is 0 without it
        if (call.CancellationToken.IsCancellationRequested)
        {
            ticket?.Settle(0);
            call.CancellationToken.ThrowIfCancellationRequested();
        }

        Attempt attempt;
        try
        {
            attempt = await SendAsync(endpoint, json, body.Form, path, call.CancellationToken);
        }
        catch
        {
            ticket?.Settle(worst); // nobody knows; and others wait for what this one leaves over
            throw;
        }

        if (ticket is not null) Settle(endpoint, attempt, ticket, worst, call);
        return attempt;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outside.Dispose();
        _here.Dispose();
    }

    private static SocketsHttpHandler Sockets(HostedTimes times, bool useProxy) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = useProxy,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = times.Timeout < TimeSpan.FromSeconds(15) ? times.Timeout : TimeSpan.FromSeconds(15),
    };

    private static void Settle(HostedEndpoint endpoint, Attempt attempt, ISpendingTicket ticket, decimal worst, HostedCall call)
    {
        if (attempt.Usage is { } used)
        {
            decimal cost = endpoint.Pricing.Of(used);
            ticket.Settle(cost);
            call.Add(cost);
        }
        else if (attempt.MayHaveCost)
        {
            ticket.Settle(worst);
            call.Add(worst);
        }
        else
        {
            ticket.Settle(0);
        }
    }

    private async Task<Attempt> SendAsync(HostedEndpoint endpoint, byte[] json, RequestForm form, string path, CancellationToken cancellationToken)
    {
        using CancellationTokenSource cut = new(Timeout.InfiniteTimeSpan, _times.Clock);
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(
            static state => ((Sending)state!).Cut(), new Sending(cut, _times.Grace)); // never null: given here
        try
        {
            return await _limit.ExecuteAsync(
                static (request, token) => request.Sender.SendOnceAsync(request.Endpoint, request.Json, request.Form, request.Path, token),
                (Sender: this, Endpoint: endpoint, Json: json, Form: form, Path: path),
                cut.Token);
        }
        catch (TimeoutRejectedException fault)
        {
            return Failed(
                string.Create(CultureInfo.InvariantCulture, $"no reply within {_times.Timeout.TotalSeconds} s"),
                $"Is it overloaded? Raise {endpoint.Setting}:TimeoutSeconds or lower {endpoint.Own}:MaxInFlight.", fault);
        }
        catch (HttpRequestException fault) when (IsUnreachable(fault))
        {
            return new Attempt { Kind = AttemptKind.Unreachable, Reason = Reason(fault), Advice = $"Is the server running? Start it, or correct {endpoint.Setting}:{endpoint.Own}:Url.", Cause = fault };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return Failed(Reason(fault), $"Is the server running? Start it, or correct {endpoint.Setting}:{endpoint.Own}:Url.", fault);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static Attempt Failed(string reason, string advice, Exception? cause) =>
        new() { Kind = AttemptKind.Failed, Reason = reason, Advice = advice, Cause = cause, MayHaveCost = true };

    private async ValueTask<Attempt> SendOnceAsync(HostedEndpoint endpoint, byte[] json, RequestForm form, string path, CancellationToken cancellationToken)
    {
        long sent = _times.Clock.GetTimestamp();
        ByteArrayContent content = new(json);
        content.Headers.ContentType = JsonType;
        using HttpRequestMessage request = endpoint.Request(HttpMethod.Post, path, content);
        HttpResponseMessage response = await SendAsync(endpoint, request, cancellationToken);
        try
        {
            byte[] body = await ReadAsync(response.Content, cancellationToken);
            TimeSpan latency = _times.Clock.GetElapsedTime(sent);
            Attempt attempt = Judge(endpoint, response, body, form, latency);
            if (attempt.Response is null) response.Dispose();
            return attempt;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp((content.Headers.ContentLength ?? 0) + 1, 4096, 1 << 20));
        try
        {
            int length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and int read)
            {
                length += read;
                if (length < buffer.Length) continue;
                byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Tells what an answer means. The response is handed on only where somebody else has to read it.</summary>
    private Attempt Judge(HostedEndpoint endpoint, HttpResponseMessage response, byte[] body, RequestForm form, TimeSpan latency)
    {
        if (response.IsSuccessStatusCode)
        {
            return ReplyBody.TryRead(body, form, out TokenUsage? usage)
                ? new Attempt { Kind = AttemptKind.Served, Response = With(response, body), Usage = usage, Latency = latency, MayHaveCost = true }
                : Failed(form == RequestForm.Chat ? "the answer is not a chat completion" : "the answer is not what was asked for", $"Check {endpoint.Setting}:{endpoint.Own}:Url.", null);
        }

        string status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        ServerMessage said = ServerMessage.Read(System.Text.Encoding.UTF8.GetString(body));
        string words = said.Text.Length > 0 ? $"{status}: {endpoint.Quote(said.Text)}" : status;
        string later = $"What is done is kept; run the same command again later, or lower {endpoint.Setting}:{endpoint.Own}:MaxInFlight.";
        TimeSpan? retryAfter = RetryAfter(response);
        string? fatal = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => AccessRefused(endpoint, status),
            HttpStatusCode.PaymentRequired or HttpStatusCode.TooManyRequests when said.IsOutOfMoney || response.StatusCode == HttpStatusCode.PaymentRequired =>
                $"{endpoint.Prefix} wants to be paid first ({words}). Add credit to the account, or use another key. What is done is kept.",
            HttpStatusCode.NotFound when form == RequestForm.Chat => ModelMissing(endpoint, status),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when retryAfter > _times.LongestRetryAfter => string.Create(
                CultureInfo.InvariantCulture, $"{endpoint.Prefix} wants to be left alone for {retryAfter.Value.TotalMinutes:F0} minutes ({words}). What is done is kept; run the same command again then."),
            _ => null,
        };
        if (fatal is not null) return new Attempt { Kind = AttemptKind.Fatal, Reason = fatal };
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                new Attempt { Kind = AttemptKind.Refused, Reason = words, Advice = later, RetryAfter = retryAfter, Latency = latency },
            // llama-server calls a text that is too long for an embedding or a reranking an error of its own (500): no other try mends it.
            HttpStatusCode.RequestTimeout or (>= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented) when !said.IsContextExceeded =>
                new Attempt { Kind = AttemptKind.Failed, Reason = words, Advice = later },
            _ => new Attempt { Kind = AttemptKind.Rejected, Response = With(response, body), Reason = words },
        };
    }

    /// <summary>Of 401 and 403. The server's own words are left out: some repeat the key, or a part of it.</summary>
    internal static string AccessRefused(HostedEndpoint endpoint, string status) => $"{endpoint.Prefix} refused access ({status}). " + (endpoint.KeyVariable.Length == 0
        ? $"No key was sent: put it into an environment variable and name that in {endpoint.Setting}:{endpoint.Own}:ApiKeyVariable."
        : $"Check the key in the environment variable {endpoint.KeyVariable}, and whether it may use the model '{endpoint.Model}'.");

    private static string ModelMissing(HostedEndpoint endpoint, string status) =>
        $"{endpoint.Prefix} has no model '{endpoint.Model}' or no such address ({status}). Check {endpoint.Setting}:Model, and that {endpoint.Own}:Url goes up to and with /v1.";

    /// <summary>Why no connection came about or held, in a few words.</summary>
    internal static string Reason(Exception fault) => fault switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"no secure connection: {fault.InnerException?.Message ?? fault.Message}",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } => "the host is not known",
        IOException or { InnerException: IOException or SocketException } => "the connection broke off",
        _ => fault.Message,
    };

    private static bool IsUnreachable(HttpRequestException fault) => fault.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    /// <summary>How long an answer asks to be left alone; null where it doesn't.</summary>
    internal static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        // OpenAI's own, exact where the other counts whole seconds.
        if (response.Headers.NonValidated.TryGetValues("retry-after-ms", out HeaderStringValues exact) && double.TryParse(exact.ToString(), CultureInfo.InvariantCulture, out double milliseconds)
            && milliseconds is >= 0 and < 1e9)
            return TimeSpan.FromMilliseconds(milliseconds);
        RetryConditionHeaderValue? header = response.Headers.RetryAfter;
        // A date is measured from the server's own clock.
        TimeSpan? wait = header?.Delta ?? (header?.Date is { } date && response.Headers.Date is { } now ? date - now : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static HttpResponseMessage With(HttpResponseMessage response, byte[] body)
    {
        ByteArrayContent content = new(body);
        content.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content = content; // the old one is read to its end, which gave its connection back
        return response;
    }

    /// <summary>A request on its way, when its call is cancelled.</summary>
    private sealed class Sending(CancellationTokenSource cut, TimeSpan grace)
    {
        public void Cut()
        {
            try
            {
                cut.CancelAfter(grace);
            }
            catch (ObjectDisposedException)
            {
                // It ended at the same moment.
            }
        }
    }
}
