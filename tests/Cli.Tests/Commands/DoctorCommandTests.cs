using System.Net;
using System.Net.Sockets;
using System.Text;
using R2Synth.Records;

namespace R2Synth.Cli.Tests.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly TestApp _app = new();

    public DoctorCommandTests()
    {
        _app.Write("models/tiny.gguf", "tiny");
        _app.Write("models/embed.gguf", "embed");
        _app.Write("prompts/a.prompt.yaml", "name: a");
        _app.Write("outputs/.gitkeep", "");
    }

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task When_all_is_well_every_line_is_ok()
    {
        (int code, string stdout, string stderr) = await _app.RunAsync(["doctor", "--set", "Mining:Candidates=9"]);

        Assert.Equal((0, ""), (code, stderr));
        string[] lines = [.. stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.All(lines, l => Assert.StartsWith("ok    ", l, StringComparison.Ordinal));
        Assert.Equal(
            [
                "ok    settings: appsettings.json",
                "ok    settings: R2Synth:Mining:Candidates is '9', set by --set Mining:Candidates=9",
                "ok    prompts: prompts, 1 files",
                "ok    models: models/embed.gguf, 5 B, used by minilm",
                "ok    models: models/tiny.gguf, 4 B, used by embedded",
                "ok    backend embedded: opens: chat, prompt scores; embedded v1",
                "ok    backend minilm: opens: chat, prompt scores; minilm v1",
            ],
            lines[1..8]);
    }

    [Fact]
    public async Task What_a_run_needs_and_does_not_find_fails_with_advice()
    {
        File.Delete(Path.Combine(_app.Folder, "models/tiny.gguf"));
        File.Delete(Path.Combine(_app.Folder, "prompts/a.prompt.yaml"));
        _app.OpenBackend = (name, _, _, _) => name == "embedded"
            ? throw new InputException("The model models/tiny.gguf is missing.")
            : throw new DllNotFoundException("libllama.so");

        (int code, string stdout, _) = await _app.RunAsync("doctor");

        Assert.Equal(2, code);
        Assert.Contains("fail  prompts: prompts has no prompt files\n      Let R2Synth:Prompts name the prompts folder of the project.\n", stdout, StringComparison.Ordinal);
        Assert.Contains("fail  models: models/tiny.gguf is missing, used by embedded\n", stdout, StringComparison.Ordinal);
        Assert.Contains("fail  backend embedded: The model models/tiny.gguf is missing.\n", stdout, StringComparison.Ordinal);
        Assert.Contains("fail  backend minilm: does not open: DllNotFoundException: libllama.so\n      The native libraries are missing", stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_settings_fail_one_line_a_finding_and_the_rest_is_still_checked()
    {
        (int code, string stdout, _) = await _app.RunAsync(["doctor", "--set", "Pipeline:Parallelism=0", "--set", "Judge=x"]);

        Assert.Equal(2, code);
        Assert.Contains("fail  settings: R2Synth:Pipeline:Parallelism is 0; allowed: 1 to 4096.", stdout, StringComparison.Ordinal);
        Assert.Contains("fail  settings: R2Synth:Judge is 'x'", stdout, StringComparison.Ordinal);
        Assert.Contains("ok    outputs: ", stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "200 OK", "ok    backend server: URL answers (not in use)\n")]
    [InlineData(true, "200 OK", "ok    backend server: URL answers\n")]
    [InlineData(false, "401 Unauthorized", "warn  backend server: URL refuses the key (not in use)\n")]
    [InlineData(true, "503 Service Unavailable", "fail  backend server: URL answers 503\n")]
    public async Task A_server_is_asked(bool inUse, string status, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1";
        Task<string> answered = AnswerAsync(listener, status);
        _app.Variables["SERVER_KEY"] = "key 1";

        (int code, string stdout, _) = await _app.RunAsync(
            ["doctor", .. Server(url), "--set", "Backends:server:Endpoints:0:ApiKeyVariable=SERVER_KEY", .. inUse ? ["--set", "Generator=server"] : Array.Empty<string>()]);

        string request = await answered.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("GET /v1/models HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer key 1", request, StringComparison.Ordinal);
        Assert.Contains(expected.Replace("URL", url, StringComparison.Ordinal), stdout, StringComparison.Ordinal);
        Assert.Equal(expected.StartsWith("fail", StringComparison.Ordinal) ? 2 : 0, code);
    }

    [Fact]
    public async Task A_server_that_is_not_there_only_warns_while_nobody_uses_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1";
        listener.Stop();

        (int code, string stdout, _) = await _app.RunAsync(["doctor", .. Server(url)]);

        Assert.Equal(0, code);
        Assert.Contains($"warn  backend server: {url}: no connection (not in use)\n      Start the server, or correct the address in Endpoints.\n", stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_set_is_named()
    {
        (int code, string stdout, _) = await _app.RunAsync(
            ["doctor", .. Server("http://127.0.0.1:9/v1"), "--set", "Backends:server:Endpoints:0:ApiKeyVariable=NO_SUCH_KEY", "--set", "Judge=server"]);

        Assert.Equal(2, code);
        Assert.Contains("fail  backend server: the environment variable NO_SUCH_KEY is not set\n", stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_every_check()
    {
        (int code, string stdout, _) = await _app.RunAsync("doctor --json");

        Assert.Equal(0, code);
        using var document = System.Text.Json.JsonDocument.Parse(stdout);
        Assert.True(document.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(
            ["machine", "settings", "prompts", "models", "models", "backend embedded", "backend minilm", "outputs", "disk"],
            document.RootElement.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("check").GetString()));
    }

    private static string[] Server(string url) =>
        ["--set", "Backends:server:Kind=OpenAI", "--set", "Backends:server:Model=m", "--set", $"Backends:server:Endpoints:0:Url={url}"];

    private static async Task<string> AnswerAsync(TcpListener listener, string status)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        await using NetworkStream stream = client.GetStream();
        byte[] buffer = new byte[4096];
        int read = await stream.ReadAsync(buffer);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"));
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
