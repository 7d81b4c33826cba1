using System.Security.Cryptography;

namespace R2Synth.Cli.Tests.Commands;

public sealed class ModelsAddCommandTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    private string Target => Path.Combine(_app.Folder, "models", "tiny.gguf");

    private string Checksums => Path.Combine(_app.Folder, "models", "checksums.txt");

    [Fact]
    public async Task A_download_is_checked_listed_and_its_settings_are_shown()
    {
        await using FileServer server = new() { Content = TinyGguf.Bytes() };
        _app.Write("models/checksums.txt", $"# sums\n{new string('a', 64)}  other.gguf\n{new string('b', 64)}  tiny.gguf\n");

        (int code, string stdout, string stderr) = await _app.RunAsync($"models add {server.Address("moved.gguf")} --name tiny.gguf --sha256 {Sum(server.Content).ToUpperInvariant()}");

        Assert.Equal((0, true), (code, File.Exists(Target)));
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Target));
        Assert.Equal($"# sums\n{new string('a', 64)}  other.gguf\n{Sum(server.Content)}  tiny.gguf\n", await File.ReadAllTextAsync(Checksums));
        Assert.Equal(
            $$"""
            models/tiny.gguf: 0.1M weights in F32, 256.3 KiB, SHA-256 {{Sum(server.Content)}}. It writes and scores.
            To use it, put this under R2Synth:Backends in appsettings.json:
              "tiny": { "Kind": "LlamaCpp", "Model": "models/tiny.gguf", "Weak": true }
            and name it as "Generator": "tiny" or "Judge": "tiny", there or with --set Generator=tiny.

            """,
            stdout);
        Assert.Contains("tiny.gguf: 100 % of 256.3 KiB", stderr, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Headers, header => header.StartsWith("Authorization", StringComparison.OrdinalIgnoreCase) || header.StartsWith("Cookie", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_app.Folder, "models")).Length);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_goes_on_where_it_was()
    {
        await using FileServer server = new() { Content = TinyGguf.Bytes(), Cut = 100_000 };

        (int code, _, string stderr) = await _app.RunAsync($"models add {server.Address("tiny.gguf")}");

        Assert.Equal(0, code);
        Assert.Equal(["", "bytes=100000-", "bytes=200000-"], server.Ranges);
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Target));
        Assert.Contains("goes on from 97.7 KiB of 256.3 KiB", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_command_goes_on_and_a_file_that_changed_starts_over()
    {
        byte[] old = TinyGguf.Bytes();
        await using FileServer server = new() { Content = old, Cut = 100_000 };
        string part = _app.Write("models/tiny.gguf.part", "");
        await File.WriteAllBytesAsync(part, old[..50_000]);
        await File.WriteAllLinesAsync(part + ".from", [Records.ContentHash.Of(server.Address("tiny.gguf")), "\"one\""]);

        server.Cut = 0; // connections that bring nothing: it gives up, and keeps its part
        (int code, _, string stderr) = await _app.RunAsync($"models add {server.Address("tiny.gguf")}");
        Assert.Equal(2, code);
        Assert.Contains("cannot be fetched: ", stderr, StringComparison.Ordinal);
        Assert.Contains("48.8 KiB are kept; the same command goes on from there.", stderr, StringComparison.Ordinal);
        Assert.All(server.Ranges, range => Assert.Equal("bytes=50000-", range));
        Assert.False(File.Exists(Target));

        server.Cut = null;
        server.Tag = "\"two\"";
        server.Content = TinyGguf.Bytes(filling: 9);
        Assert.Equal(0, (await _app.RunAsync($"models add {server.Address("tiny.gguf")}")).Code);
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task What_is_not_the_file_is_not_added()
    {
        await using FileServer server = new() { Content = TinyGguf.Bytes() };
        string address = server.Address("tiny.gguf?token=secret");
        async Task<string> RefusedAsync(params string[] args)
        {
            (int code, string stdout, string stderr) = await _app.RunAsync(["models", "add", .. args]);
            Assert.Equal((2, ""), (code, stdout));
            Assert.False(File.Exists(Target), stderr);
            Assert.False(File.Exists(Target + ".part"), stderr);
            Assert.False(File.Exists(Checksums), stderr);
            Assert.DoesNotContain("secret", stderr, StringComparison.Ordinal);
            return stderr;
        }

        string wrong = new('0', 64);
        Assert.Contains($"has SHA-256 {Sum(server.Content)}, not {wrong} as asked for. It was not added.", await RefusedAsync(address, "--sha256", wrong), StringComparison.Ordinal);
        Assert.Contains("--sha256 is 'abc', which is not a SHA-256: 64 hexadecimal digits.", await RefusedAsync(address, "--sha256", "abc"), StringComparison.Ordinal);
        Assert.Contains("'model.bin' cannot be a model's name: it must end in .gguf", await RefusedAsync(server.Address("model.bin")), StringComparison.Ordinal);
        Assert.Contains("'../x.gguf' cannot be a model's name", await RefusedAsync(address, "--name", "../x.gguf"), StringComparison.Ordinal);
        Assert.Contains("'ftp://127.0.0.1/tiny.gguf' is no address to fetch from. Allowed: http:// and https://, or the path of a file.", await RefusedAsync("ftp://127.0.0.1/tiny.gguf"), StringComparison.Ordinal);
        Assert.Contains("holds a user name or key before '@'", await RefusedAsync("https://me:secret@127.0.0.1/tiny.gguf"), StringComparison.Ordinal);
        Assert.Contains("none.gguf does not exist. Name a GGUF file, or an address that begins with https://.", await RefusedAsync("none.gguf"), StringComparison.Ordinal);

        server.Content = server.Content[..200_000];
        Assert.Contains("is cut short: its 1 tensors end at byte 262,", await RefusedAsync(address), StringComparison.Ordinal);
        server.Content = [.. "<!doctype html><html></html>"u8];
        server.MediaType = "text/html; charset=utf-8";
        Assert.Contains("tiny.gguf is not a GGUF file: it begins with 3C21646F instead of 'GGUF'. It is a web page: at Hugging Face take the address with /resolve/ in place of /blob/.", await RefusedAsync(address), StringComparison.Ordinal);
        server.Status = "404 Not Found";
        Assert.Contains("tiny.gguf answered 404 NotFound. Look at the address.", await RefusedAsync(address), StringComparison.Ordinal);
        server.Status = "401 Unauthorized";
        Assert.Contains("It wants an account, and keys are never sent from here", await RefusedAsync(address), StringComparison.Ordinal);
        await server.DisposeAsync();
        Assert.Contains("cannot be fetched: ", await RefusedAsync(address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_file_of_that_name_stays_and_the_same_one_is_no_mistake()
    {
        byte[] content = TinyGguf.Bytes(pooled: true);
        string source = _app.Write("downloads/tiny.gguf", "");
        await File.WriteAllBytesAsync(source, content);
        (int code, string stdout, _) = await _app.RunAsync("models add downloads/tiny.gguf");
        Assert.Equal(0, code);
        Assert.Contains("It embeds.", stdout, StringComparison.Ordinal);
        Assert.Contains("and name it as \"Embedder\": \"tiny\", there", stdout, StringComparison.Ordinal);

        Assert.Equal(0, (await _app.RunAsync($"models add downloads/tiny.gguf --sha256 {Sum(content)}")).Code);
        await File.WriteAllBytesAsync(source, TinyGguf.Bytes(filling: 5));
        (code, _, string stderr) = await _app.RunAsync("models add downloads/tiny.gguf");
        Assert.Equal(2, code);
        Assert.Equal($"r2synth: models/tiny.gguf is there already, with SHA-256 {Sum(content)}. Delete it, give another name with --name, or give its SHA-256 if it is the same file.\n", stderr);
        Assert.Equal(content, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task A_file_that_lies_in_the_folder_gets_its_line()
    {
        byte[] content = TinyGguf.Bytes(architecture: "mamba");
        await File.WriteAllBytesAsync(_app.Write("models/tiny.gguf", ""), content);
        (int code, string stdout, _) = await _app.RunAsync("models add models/tiny.gguf --json");
        Assert.Equal(0, code);
        Assert.Contains("\"parameters\": 65536", stdout, StringComparison.Ordinal);
        Assert.Equal($"{Sum(content)}  tiny.gguf\n", await File.ReadAllTextAsync(Checksums));
    }

    private static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
