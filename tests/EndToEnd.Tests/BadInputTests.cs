using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace R2Synth.EndToEnd.Tests;

/// <summary>What a user can get wrong: exit code 2, one message that says what to do, nothing half written.</summary>
[Collection(ModelRuns.Name)]
public sealed class BadInputTests(FirstRun first)
{
    private const string Embedder = "all-MiniLM-L6-v2-Q8_0.gguf";

    private Workplace Place => first.Place;

    [Fact]
    public Task A_missing_corpus() => RefusedAsync(
        "--corpus nowhere: there is no such file or folder. Give a BEIR folder, a JSONL file, or a folder of txt, md and html.", "gecko", "--corpus", "nowhere");

    [Fact]
    public async Task An_empty_folder()
    {
        Directory.CreateDirectory(Place.Path("empty"));

        await RefusedAsync(
            "empty: has no documents: the folder is empty. A corpus is a folder with .txt, .md, .html, .htm files, a folder with corpus.jsonl (BEIR), or a .jsonl file.",
            "gecko", "--corpus", "empty");
    }

    [Fact]
    public async Task A_binary_file_among_the_documents()
    {
        Place.Write("binary/a.txt", "A text.");
        Place.Write("binary/b.md", "ab\0cd");

        await RefusedAsync(
            "binary/b.md: is a binary file (a NUL byte at offset 2), but its extension says text. Take it out of the folder or give it the extension of its own format.",
            "gecko", "--corpus", "binary");
    }

    [Fact]
    public async Task Invalid_UTF8()
    {
        Place.Write("latin/a.txt", [.. "one\ncaf"u8, 0xE9, .. " two"u8]);

        await RefusedAsync(
            "latin/a.txt line 2: is not valid UTF-8 (byte 0xE9 at offset 7). Save it as UTF-8, for instance with 'iconv -f WINDOWS-1252 -t UTF-8'.",
            "gecko", "--corpus", "latin");
    }

    [Theory]
    [InlineData(
        """{"_id": "2", "title": "Two"}""",
        "lines.jsonl line 2: 'text' is missing; the line has '_id', 'title'. Name the field that holds the text with R2Synth:Corpus:TextField.")]
    [InlineData(
        """{"_id": "2", "text": ""}""",
        "lines.jsonl line 2: 'text' is empty and there is no title in 'title' either. Take the line out, or name the field that holds the text with R2Synth:Corpus:TextField.")]
    [InlineData(
        """{"_id": "2", "text": "cut o""",
        "lines.jsonl line 2 column 28: is not valid JSON. Expected end of string, but instead reached end of data. Each line must be one whole JSON object.")]
    public async Task A_line_of_JSONL_that_is_no_document(string line, string message)
    {
        Place.Write("lines.jsonl", $"{{\"_id\": \"1\", \"text\": \"Some text.\"}}\n{line}\n");

        await RefusedAsync(message, "gecko", "--corpus", "lines.jsonl");
    }

    [Fact]
    public Task A_missing_topics_file() => RefusedAsync("--topics nowhere.txt: there is no such file. Give a text file with a topic a line.", "e5", "--topics", "nowhere.txt");

    [Fact]
    public async Task A_topics_file_without_a_topic()
    {
        Place.Write("none.txt", "\n# only this\n");

        await RefusedAsync("--topics none.txt: there is no topic in it. Write one a line; lines that begin with '#' are left out.", "e5", "--topics", "none.txt");
    }

    [Fact]
    public Task An_unknown_recipe() => RefusedAsync("There is no recipe 'geko'. Recipes: e5, gecko, titles. Did you mean 'gecko'?", "geko", "--corpus", "corpus");

    [Fact]
    public Task An_unknown_backend() => RefusedAsync(
        "R2Synth:Generator is 'embeded', which is no backend. Backends: embedded, local-server, minilm, static. Did you mean 'embedded'? Set by: --generator.",
        "gecko", "--corpus", "corpus", "--generator", "embeded");

    [Fact]
    public Task An_unknown_setting_and_a_value_out_of_bounds() => RefusedAsync(
        "2 settings have to be mended:\n  R2Synth:Gecko:Draws is 'many'; allowed: a whole number, 1 to 64. Set by: --set Gecko:Draws=many.\n"
        + "  R2Synth:Gecko:Drawz is not a setting; did you mean R2Synth:Gecko:Draws? Set by: --set Gecko:Drawz=1.",
        "gecko", "--corpus", "corpus", "--set", "Gecko:Drawz=1", "--set", "Gecko:Draws=many");

    [Fact]
    public Task A_judge_that_gives_no_scores() => RefusedAsync(
        "Recipe 'gecko' needs a judge with TokenScores, PromptScores, and 'local-server' has Chat, StructuredOutput. "
        + "'embedded' has all of it: --judge embedded.",
        "gecko", "--corpus", "corpus", "--judge", "local-server", "--set", "Backends:local-server:Scores=none");

    [Fact]
    public async Task A_model_file_with_a_flipped_byte()
    {
        byte[] whole = await File.ReadAllBytesAsync(Repository.Path("models", Embedder)), damaged = [.. whole];
        damaged[damaged.Length / 2] ^= 0x10;
        string path = Place.Write("flipped/a.gguf", damaged);
        Place.Write("flipped/checksums.txt", $"{Sha256(whole)}  a.gguf\n");

        await RefusedAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"The model '{path}' is damaged or cut: checksums.txt beside it expects SHA-256 {Sha256(whole)}, found {Sha256(damaged)} in {damaged.Length:N0} bytes. Fetch the file again; if it was replaced on purpose, mend checksums.txt."),
            "gecko", "--corpus", "corpus", "--set", $"Backends:minilm:Model={path}");
    }

    [Fact]
    public async Task A_model_file_that_is_cut_short_and_not_on_a_list_of_checksums()
    {
        byte[] whole = await File.ReadAllBytesAsync(Repository.Path("models", Embedder));
        string path = Place.Write("short/a.gguf", whole[..(whole.Length / 3)]);

        Outcome outcome = await RunAsync("gecko", "--corpus", "corpus", "--set", $"Backends:minilm:Model={path}");

        outcome.Ended(2);
        Assert.StartsWith($"r2synth: The model '{path}' is cut short: its ", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith(FormattableString.Invariant($" and the file has {whole.Length / 3:N0} bytes. Fetch the file again.\n"), outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached()
    {
        string url = $"http://127.0.0.1:{FreePort()}/v1";

        Outcome outcome = await Place.RunAsync(
            "run", "e5", "--topics", "topics.txt", "--count", "2", "--out", "unreached", "--quiet", "--generator", "local-server", "--set", "Cache:Path=unreached.db",
            "--set", $"Backends:local-server:Endpoints:0:Url={url}", "--set", "Backends:local-server:Retries=1");

        outcome.Refused(
            $"Backend 'local-server': {url} did not answer: connection refused. Is the server running? Start it, or correct R2Synth:Backends:local-server:Endpoints:0:Url.");
        Assert.Equal(["ledger.db"], Place.Everything("unreached").Keys); // resumable, and no shard
    }

    [Fact]
    public async Task An_out_that_belongs_to_other_settings()
    {
        SortedDictionary<string, string> before = Place.Everything(FirstRun.Out);

        Outcome outcome = await Place.RunAsync(FirstRun.Command(FirstRun.Out, FirstRun.Cache, "--seed", "2", "--set", "Mining:PercPos=0.9"));

        outcome.Ended(2);
        Assert.EndsWith(
            "r2synth: --out first holds a run with other settings:\n  --seed: '1' then, '2' now\n  Mining:PercPos: '0.95' then, '0.9' now\n"
            + "Give another --out for the new settings, or the old settings to go on with this run.\n",
            outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, Place.Everything(FirstRun.Out));
    }

    [Fact]
    public async Task An_out_that_is_a_folder_of_something_else()
    {
        Place.Write("mine/notes.txt", "mine");

        Outcome outcome = await Place.RunAsync("run", "e5", "--topics", "topics.txt", "--out", "mine", "--quiet", "--set", "Cache:Path=mine.db");

        outcome.Refused("--out mine is not empty and not a run: it holds 'notes.txt' and no ledger.db. Give a new or empty folder.");
        Assert.Equal(["mine/notes.txt"], Directory.GetFileSystemEntries(Place.Path("mine")).Select(entry => Path.GetRelativePath(Place.Folder, entry)));
    }

    [Fact]
    public async Task An_out_that_is_a_file()
    {
        Place.Write("a-file", "mine");

        Outcome outcome = await Place.RunAsync("run", "e5", "--topics", "topics.txt", "--out", "a-file", "--quiet");

        outcome.Refused("--out a-file: this is a file; name a folder.");
    }

    [TinyDiskFact]
    public async Task A_disk_that_is_full_from_the_start()
    {
        using TinyDisk disk = TinyDisk.TryMount(kilobytes: 64) ?? throw new InvalidOperationException("A disk could be mounted a moment ago.");

        Outcome outcome = await Place.RunAsync(FirstRun.Command(Path.Combine(disk.Folder, "run"), FirstRun.Cache, "--quiet"));

        outcome.Refused($"{disk.Folder}/run/ledger.db: the ledger of a run cannot grow: the disk is full (0.0 MiB free). All that is committed is kept: make room and run the same command again.");
        Assert.Empty(Directory.GetFiles(disk.Folder, "*.p*", SearchOption.AllDirectories));
    }

    [TinyDiskFact]
    public async Task A_disk_that_is_full_when_the_shards_are_written()
    {
        using TinyDisk disk = TinyDisk.TryMount(kilobytes: 4096) ?? throw new InvalidOperationException("A disk could be mounted a moment ago.");
        string output = Path.Combine(disk.Folder, "run");
        string[] command = FirstRun.Command(output, FirstRun.Cache, "--quiet");
        (await Place.RunAsync(command)).Ended(0);
        SortedDictionary<string, string> before = Place.Everything(output);
        disk.FillBut(40_000); // the ledger's memory-mapped index takes 32 KB

        Outcome outcome = await Place.RunAsync(command);

        outcome.Ended(2);
        Assert.StartsWith($"r2synth: {output}/", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("No space left on device", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, Place.Everything(output)); // the earlier shards are whole, and no part is left
        File.Delete(Path.Combine(disk.Folder, "filler"));
        (await Place.RunAsync(command)).Ended(0);
        Assert.Equal(first.Promised, Place.Promised(output));
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task RefusedAsync(string message, params string[] args) => (await RunAsync(args)).Refused(message);

    private async Task<Outcome> RunAsync(params string[] args)
    {
        Outcome outcome = await Place.RunAsync(["run", .. args, "--out", "refused", "--quiet", "--set", "Cache:Path=refused.db"]);
        Assert.False(Directory.Exists(Place.Path("refused")), "The run's folder was made.");
        Assert.False(File.Exists(Place.Path("refused.db")), "The cache was made.");
        return outcome;
    }
}
