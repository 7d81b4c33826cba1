using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using R2Synth.Cli.Output;
using R2Synth.Records;

namespace R2Synth.Cli.Models;

/// <summary>
/// Fetches a file over HTTP into a part file beside its place, and goes on where an earlier try broke off as long as the server still has the same file
/// (<c>Range</c> with <c>If-Range</c>, RFC 9110 section 13.1.5). Sends no keys.
/// </summary>
/// <param name="address">Where it lies. Redirections are followed, never from https to http.</param>
/// <param name="part">The part file; a small file beside it remembers whose part it is.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class ModelDownload(Uri address, string part, ModelProgress progress)
{
    /// <summary>Tries in a row that bring nothing, before it gives up.</summary>
    private const int MostTries = 4;

    /// <summary>Longest wait for the next bytes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _origin = OriginOf(part);
    private readonly string _shown = address.GetLeftPart(UriPartial.Path); // what follows may be a token

    /// <summary>The file that remembers whose part a part file is.</summary>
    public static string OriginOf(string part) => part + ".from";

    /// <summary>Fetches the whole file.</summary>
    /// <exception cref="InputException">The server refuses, sends no GGUF, or breaks off again and again; the disk is too small. What came is kept where it is worth it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, ConnectTimeout = Patience };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        for (int tries = 1; ; tries++)
        {
            long before = Length();
            try
            {
                await TryAsync(client, cancellationToken);
                File.Delete(_origin);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
            {
                if (Length() > before) tries = 0;
                if (tries >= MostTries)
                {
                    string kept = Length() > 0 ? $" {Figures.Bytes(Length())} are kept; the same command goes on from there." : " Look at the address and the connection.";
                    throw new InputException($"{_shown} cannot be fetched: {e.Message}{kept}", e);
                }

                progress.Say($"the connection broke off ({e.Message}); trying again");
            }
        }
    }

    private async Task TryAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        long have = Length();
        string[] origin = have > 0 && File.Exists(_origin) ? await File.ReadAllLinesAsync(_origin, cancellationToken) : [];
        if (origin is [var whose, var validator] && whose == ContentHash.Of(address.AbsoluteUri))
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            request.Headers.TryAddWithoutValidation("If-Range", validator);
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            if (response.Content.Headers.ContentRange?.Length == have) return; // all of it is here
            File.Delete(part);
            throw new HttpRequestException("the server has another file by now");
        }

        CheckStatus(response.StatusCode);
        long start = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? -1 : 0;
        if (start != 0 && start != have) throw new HttpRequestException($"the server sent bytes from {start} on where {have} were asked for");
        long? whole = response.Content.Headers.ContentLength + start;
        progress.Begin(start, whole);
        if (start == 0)
        {
            File.Delete(part);
            // A weak validator does not promise the same bytes.
            string? tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);
            if (tag is null) File.Delete(_origin);
            else await File.WriteAllLinesAsync(_origin, [ContentHash.Of(address.AbsoluteUri), tag], cancellationToken);
        }

        ModelSpace.Check(part, (whole ?? 0) - start);
        await using Stream body = await response.Content.ReadAsStreamAsync(patience.Token);
        await CopyAsync(body, response.Content.Headers.ContentType?.MediaType, patience, cancellationToken);
        if (whole is { } expected && Length() < expected) throw new HttpRequestException($"{Length()} of {expected} bytes came");
    }

    private async Task CopyAsync(Stream body, string? mediaType, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1 << 18];
        bool begins = Length() == 0;
        int read = await ReadAsync(body, buffer, least: 4, patience.Token);
        // The first bytes tell whether the rest is worth fetching.
        if (begins && read > 0 && !buffer.AsSpan(0, read).StartsWith("GGUF"u8))
        {
            File.Delete(_origin);
            throw NoGguf(buffer.AsSpan(0, Math.Min(read, 4)), mediaType);
        }

        await using var file = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.Read);
        while (read > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress.Add(read);
            patience.CancelAfter(Patience);
            read = await ReadAsync(body, buffer, least: 1, patience.Token);
        }
    }

    // A broken connection must not look like a broken disk.
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, int least, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAtLeastAsync(buffer, least, throwOnEndOfStream: false, cancellationToken);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private InputException NoGguf(ReadOnlySpan<byte> begin, string? mediaType)
    {
        string page = mediaType == "text/html" ? " It is a web page: at Hugging Face take the address with /resolve/ in place of /blob/." : " Name the address of the GGUF file itself.";
        return new InputException($"{_shown} is not a GGUF file: it begins with {Convert.ToHexString(begin)} instead of 'GGUF'.{page}");
    }

    private void CheckStatus(HttpStatusCode status)
    {
        string answered = $"{_shown} answered {(int)status} {status}.";
        switch (status)
        {
            case HttpStatusCode.OK or HttpStatusCode.PartialContent:
                return;
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new InputException($"{answered} It wants an account, and keys are never sent from here: fetch the file by other means and name its path.");
            case HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new HttpRequestException($"the server answered {(int)status} {status}");
            default:
                throw new InputException($"{answered} Look at the address.");
        }
    }

    private long Length() => File.Exists(part) ? new FileInfo(part).Length : 0;
}
