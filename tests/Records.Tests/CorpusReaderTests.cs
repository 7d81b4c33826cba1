namespace R2Synth.Records.Tests;

public sealed class CorpusReaderTests : IDisposable
{
    private const string TwentyWords = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_beir_folder_gives_its_documents_in_order()
    {
        _folder.File("corpus.jsonl", "{\"_id\": \"a\", \"title\": \"T\", \"text\": \"x y\"}\n\n{\"_id\": 7, \"text\": \"z\"}");
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(_folder.Path, new CorpusOptions());
        Assert.Equal([new Passage { Docid = "a", Title = "T", Text = "x y" }, new Passage { Docid = "7", Text = "z" }], passages);
    }

    [Fact]
    public async Task A_compressed_beir_folder_with_mark_and_carriage_returns_is_read()
    {
        _folder.GzipFile("corpus.jsonl.gz", "\uFEFF{\"_id\": \"a\", \"title\": null, \"text\": \"überall 漢字\"}\r\n{\"_id\": \"b\", \"text\": \"z\"}\r\n");
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(_folder.Path, new CorpusOptions());
        Assert.Equal(["überall 漢字", "z"], passages.Select(p => p.Text));
    }

    [Fact]
    public async Task An_empty_text_takes_the_title_and_an_empty_beir_record_is_counted()
    {
        _folder.File("corpus.jsonl", "{\"_id\": \"471\", \"title\": \"\", \"text\": \" \"}\n{\"_id\": \"b\", \"title\": \"Only a title\", \"text\": \"\"}");
        CorpusReport report = new();
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(_folder.Path, new CorpusOptions(), report);
        Assert.Equal([new Passage { Docid = "b", Text = "Only a title" }], passages);
        Assert.Equal((1, 1, 1, 3L), (report.EmptyDocuments, report.Documents, report.Passages, report.Words));
    }

    [Fact]
    public async Task Jsonl_field_names_come_from_the_options()
    {
        string file = _folder.File("d.jsonl", "{\"key\": \"a\", \"head\": \"T\", \"body\": \"x\"}");
        CorpusOptions options = new() { DocidField = "key", TitleField = "head", TextField = "body" };
        Assert.Equal([new Passage { Docid = "a", Title = "T", Text = "x" }], await CorpusReader.ReadAllAsync(file, options));
    }

    [Theory]
    [InlineData("{\"docid\": \"1\", \"body\": \"x\", \"lang\": \"en\"}", " line 2: 'text' is missing; the line has 'docid', 'body', 'lang'. Name the field that holds the text with R2Synth:Corpus:TextField.")]
    [InlineData("{\"docid\": \"1\", \"text\": 5}", " line 2: 'text' is 5, but must be a text.")]
    [InlineData("{\"docid\": \"1\", \"text\": \"\"}", " line 2: 'text' is empty and there is no title in 'title' either. Take the line out, or name the field that holds the text with R2Synth:Corpus:TextField.")]
    [InlineData("{\"text\": \"x\"}", " line 2: 'docid' is missing; the line has 'text'. Every document needs an id: name its field with R2Synth:Corpus:DocidField (a field '_id' is taken too).")]
    [InlineData("{\"docid\": \"\", \"text\": \"x\"}", " line 2: 'docid' is the text \"\", but a document needs an id: a text that is not empty, or a number.")]
    [InlineData("{\"docid\": null, \"text\": \"x\"}", " line 2: 'docid' is null, but must be a text that is not empty, or a number.")]
    [InlineData("[1]", " line 2: a JSON object is needed, found a list. Each line is one document, for instance {\"docid\": \"1\", \"text\": \"...\"}.")]
    [InlineData("{\"docid\": \"1\", \"text\": \"\\ud83d\"}", " line 2: 'text' holds half a surrogate pair (an escape such as \\ud83d without its other half), which is no character. Write the file again with whole characters.")]
    public async Task A_bad_line_is_named_with_what_to_do(string line, string message)
    {
        string file = _folder.File("d.jsonl", $"{{\"docid\": \"0\", \"text\": \"x\"}}\n{line}\n");
        Assert.Equal(file + message, (await FailAsync(file)).Message);
    }

    [Fact]
    public async Task Malformed_json_is_named_by_line_and_column()
    {
        string file = _folder.File("d.jsonl", "{\"docid\": \"ü\", \"text\": x}\n");
        Assert.StartsWith($"{file} line 1 column 24: is not valid JSON. ", (await FailAsync(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_docid_used_twice_is_named_with_both_places()
    {
        string file = _folder.File("d.jsonl", "{\"docid\": \"1\", \"text\": \"x\"}\n{\"docid\": 1, \"text\": \"y\"}\n");
        Assert.Equal($"{file} line 2: the docid '1' was used before, in {file} line 1. Every document needs an id of its own.", (await FailAsync(file)).Message);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_named()
    {
        string jsonl = _folder.File("d.jsonl", [.. "{}\n{\""u8, 0xE4, .. "\"}"u8]);
        _folder.File("d.jsonl", [.. "{\"docid\":\"1\",\"text\":\"x\"}\n{\""u8, 0xE4, .. "\"}"u8]);
        Assert.Equal($"{jsonl} line 2: is not valid UTF-8 (byte 0xE4 at offset 27 of the text). Save the file as UTF-8.", (await FailAsync(jsonl)).Message);
        string text = _folder.File("d.txt", [.. "a\nb "u8, 0xE4, .. " c"u8]);
        Assert.Equal($"{text} line 2: is not valid UTF-8 (byte 0xE4 at offset 4). Save it as UTF-8, for instance with 'iconv -f WINDOWS-1252 -t UTF-8'.", (await FailAsync(text)).Message);
    }

    [Fact]
    public async Task A_binary_or_utf16_file_among_the_documents_is_named()
    {
        string binary = _folder.File("docs/a.md", [65, 0, 66]);
        Assert.Equal($"{binary}: is a binary file (a NUL byte at offset 1), but its extension says text. Take it out of the folder or give it the extension of its own format.", (await FailAsync(_folder.Path)).Message);
        _folder.File("docs/a.md", [0xFF, 0xFE, 65, 0]);
        Assert.StartsWith($"{binary}: is UTF-16; documents must be UTF-8.", (await FailAsync(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_gzip_is_named()
    {
        string file = _folder.GzipFile("d.jsonl.gz", string.Concat(Enumerable.Range(0, 3000).Select(i => $"{{\"docid\": \"{i}\", \"text\": \"{ContentHash.Of(i.ToString(System.Globalization.CultureInfo.InvariantCulture))}\"}}\n")));
        byte[] bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)]);
        Assert.Contains("the gzip data are damaged or cut off", (await FailAsync(file)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "{\"docid\": \"1\", \"text\": \"not packed\"}");
        Assert.Contains("the gzip data are damaged or cut off", (await FailAsync(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_files_is_read_in_ordinal_order_and_the_rest_is_listed()
    {
        _folder.File("b.txt", TwentyWords);
        _folder.File("a/z.MD", "# Head\n\n" + TwentyWords);
        _folder.File("B.html", $"<title>Page</title><p>{TwentyWords}");
        _folder.File("a/picture.png", [0, 1]);
        _folder.File(".git/x.txt", TwentyWords);
        _folder.File("empty.txt", "");
        _folder.File("short.txt", "too short");
        CorpusReport report = new();
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(_folder.Path, new CorpusOptions(), report);
        Assert.Equal(["B.html#0", "a/z.MD#0", "b.txt#0"], passages.Select(p => p.Docid));
        Assert.Equal(["Page", "Head", ""], passages.Select(p => p.Title));
        Assert.Equal(["a/picture.png"], report.SkippedFiles);
        Assert.Equal((3, 1, 1, 2L), (report.Documents, report.EmptyDocuments, report.PassagesLeftOut, report.WordsLeftOut));
    }

    [Fact]
    public async Task What_is_no_corpus_is_said_plainly()
    {
        Assert.EndsWith("has no documents: the folder is empty. A corpus is a folder with .txt, .md, .html, .htm files, a folder with corpus.jsonl (BEIR), or a .jsonl file.", (await FailAsync(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere: no such file or folder", (await FailAsync(Path.Combine(_folder.Path, "nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains("files of the kind '.pdf' are not read", (await FailAsync(_folder.File("a.pdf", "x"))).Message, StringComparison.Ordinal);
        Assert.Contains("the only file is a.pdf", (await FailAsync(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("gave no passages: it has no lines", (await FailAsync(_folder.File("a.jsonl", "\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("all 1 stretches of text have fewer words than R2Synth:Corpus:MinWords, which is 15. Lower it.", (await FailAsync(_folder.File("a.txt", "x y"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markup_nested_beyond_reading_is_named()
    {
        string file = _folder.File("a.md", string.Concat(Enumerable.Repeat("> ", 3000)) + TwentyWords);
        Assert.Equal($"{file}: its markup is nested too deeply to be read. Take it out of the folder, or save its text as .txt.", (await FailAsync(file)).Message);
    }

    [Fact]
    public async Task Records_are_cut_when_asked()
    {
        string file = _folder.File("d.jsonl", "{\"docid\": \"d\", \"title\": \"T\", \"text\": \"One two three four five. Six seven eight nine ten. Eleven.\"}\n{\"docid\": \"e\", \"text\": \"Short.\"}");
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(file, new CorpusOptions { SplitRecords = true, MaxWords = 5, MinWords = 0 });
        Assert.Equal(["d#0", "d#1", "d#2", "e#0"], passages.Select(p => p.Docid));
        Assert.All(passages.Take(3), p => Assert.Equal("T", p.Title));
    }

    [Fact]
    public async Task The_hash_depends_on_content_and_order_only()
    {
        string one = _folder.File("1.jsonl", "{\"docid\": \"a\", \"text\": \"x\"}\n{\"docid\": \"b\", \"text\": \"y\"}");
        string same = _folder.File("2.jsonl", "{\"text\": \"x\", \"_id\": \"a\"}\n\n{\"docid\": \"b\", \"text\": \"y\", \"more\": 1}\n");
        string other = _folder.File("3.jsonl", "{\"docid\": \"b\", \"text\": \"y\"}\n{\"docid\": \"a\", \"text\": \"x\"}");
        string hash = await CorpusReader.HashAsync(one, new CorpusOptions());
        Assert.Equal(hash, await CorpusReader.HashAsync(same, new CorpusOptions()));
        Assert.NotEqual(hash, await CorpusReader.HashAsync(other, new CorpusOptions()));
        Assert.Equal(hash, CorpusHash.Of(await CorpusReader.ReadAllAsync(one, new CorpusOptions())));
    }

    [Fact]
    public async Task Cancellation_ends_the_reading()
    {
        string file = _folder.File("d.jsonl", "{\"docid\": \"a\", \"text\": \"x\"}");
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CorpusReader.ReadAllAsync(file, new CorpusOptions(), cancellationToken: cancelled.Token));
    }

    private static Task<InputException> FailAsync(string path) =>
        Assert.ThrowsAsync<InputException>(() => CorpusReader.ReadAllAsync(path, new CorpusOptions()));
}
