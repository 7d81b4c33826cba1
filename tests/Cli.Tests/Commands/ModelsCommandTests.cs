using System.Security.Cryptography;

namespace R2Synth.Cli.Tests.Commands;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly TestApp _app = new();

    public ModelsCommandTests()
    {
        File.WriteAllBytes(_app.Write("models/tiny.gguf", ""), TinyGguf.Bytes());
        _app.Write("models/table.safetensors", "table");
        _app.Write("models/README.md", "no model");
    }

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task The_list_shows_files_checksums_and_users()
    {
        _app.Write("models/checksums.txt", Line(TinyGguf.Bytes(), "tiny.gguf"));

        (int code, string stdout, string stderr) = await _app.RunAsync("models");

        Assert.Equal((0, ""), (code, stderr));
        Approval.Matches("models.txt", stdout);
    }

    [Fact]
    public async Task What_cannot_be_used_says_why()
    {
        File.WriteAllBytes(_app.Write("models/cut.gguf", ""), TinyGguf.Bytes()[..1000]);
        File.WriteAllBytes(_app.Write("models/state.gguf", ""), TinyGguf.Bytes(architecture: "mamba", recurrent: true));
        _app.Write("models/notes.gguf", "notes");

        (int code, string stdout, string stderr) = await _app.RunAsync("models --json");

        Assert.Equal((0, ""), (code, stderr));
        Assert.Contains("is not a GGUF file: it has 5 bytes and begins with 6E6F7465", stdout, StringComparison.Ordinal);
        Assert.Contains("is cut short: its 1 tensors end at byte", stdout, StringComparison.Ordinal);
        (_, _, stderr) = await _app.RunAsync("models");
        Assert.Contains("models/state.gguf is of the architecture 'mamba', which runs behind a server (Kind OpenAI) only.", stderr, StringComparison.Ordinal);
        (code, _, stderr) = await _app.RunAsync("models verify");
        Assert.Equal(2, code);
        Assert.Contains("models/cut.gguf is damaged.", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_of_whole_models_gives_0()
    {
        byte[] embed = TinyGguf.Bytes(architecture: "bert", pooled: true);
        File.WriteAllBytes(_app.Write("models/embed.gguf", ""), embed);
        _app.Write("models/checksums.txt", Line(TinyGguf.Bytes(), "tiny.gguf") + Line(embed, "embed.gguf"));

        (int code, string stdout, string stderr) = await _app.RunAsync("models verify --json");

        Assert.Equal((0, ""), (code, stderr));
        Approval.Matches("models-verify.json", stdout);
    }

    [Fact]
    public async Task Verify_names_what_is_damaged_or_missing_and_gives_2()
    {
        _app.Write("models/checksums.txt", Line([1, 2], "tiny.gguf"));

        (int code, _, string stderr) = await _app.RunAsync("models verify");

        Assert.Equal(2, code);
        Assert.Equal(
            """
            r2synth: models/embed.gguf is missing. Get the file again; models/README.md says where it comes from.
            r2synth: models/tiny.gguf is damaged. Get the file again; models/README.md says where it comes from.

            """,
            stderr);
    }

    [Fact]
    public async Task A_malformed_line_of_checksums_is_named()
    {
        string file = _app.Write("models/checksums.txt", "# sums\nabc tiny.gguf\n");

        (int code, _, string stderr) = await _app.RunAsync("models");

        Assert.Equal((2, $"r2synth: {file} line 2: 'abc tiny.gguf' is not a SHA-256 in 64 hexadecimal digits, two blanks and a file name.\n"), (code, stderr));
    }

    private static string Line(byte[] content, string name) => $"{Convert.ToHexStringLower(SHA256.HashData(content))}  {name}\n";
}
