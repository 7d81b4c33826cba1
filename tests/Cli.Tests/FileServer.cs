using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace R2Synth.Cli.Tests;

/// <summary>A web server of one file that knows ranges and can break off: byte for byte under the test's control.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FileServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public byte[] Content { get; set; } = [];

    public string Tag { get; set; } = "\"one\"";

    public string Status { get; set; } = "200 OK";

    public string MediaType { get; set; } = "application/octet-stream";

    /// <summary>Bytes after which each connection breaks off; null sends all.</summary>
    public int? Cut { get; set; }

    /// <summary>What each request asked for: its <c>Range</c>, or nothing.</summary>
    public List<string> Ranges { get; } = [];

    /// <summary>Every header line of every request.</summary>
    public List<string> Headers { get; } = [];

    public string Address(string path) => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}";

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                try
                {
                    await AnswerAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // A client that has read enough may leave; the next one is served all the same.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        string path = (await reader.ReadLineAsync(_stop.Token) ?? "").Split(' ').ElementAtOrDefault(1) ?? "";
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        for (string? line; (line = await reader.ReadLineAsync(_stop.Token)) is { Length: > 0 };)
        {
            Headers.Add(line);
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

        if (path == "/moved.gguf")
        {
            await SendAsync(stream, $"HTTP/1.1 302 Found\r\nLocation: {Address("tiny.gguf?token=abc")}\r\n", ReadOnlyMemory<byte>.Empty);
            return;
        }

        string range = headers.GetValueOrDefault("Range", "");
        Ranges.Add(range);
        int from = range.Length > 0 && headers.GetValueOrDefault("If-Range") == Tag ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        string status = from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{Content.Length - 1}/{Content.Length}" : Status;
        await SendAsync(stream, $"HTTP/1.1 {status}\r\nETag: {Tag}\r\nContent-Type: {MediaType}\r\n", Content.AsMemory(from));
    }

    private async Task SendAsync(NetworkStream stream, string head, ReadOnlyMemory<byte> body)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"), _stop.Token);
        await stream.WriteAsync(body[..Math.Min(Cut ?? body.Length, body.Length)], _stop.Token);
    }
}
