using System.Text.Json;

namespace R2Synth.Records.Tests;

public sealed class MappedCorpusTests : IDisposable
{
    private const string TwentyWords = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty.";

    private readonly TemporaryFolder _folder = new();

    private string Kept => Path.Combine(_folder.Path, "kept", "corpora");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_gives_back_what_was_read()
    {
        string[] texts = ["plain", " blanks \t at the ends\n", "überall 漢字", "😀👩\u200D💻\U00020000", "\0\u0001\uFEFF\u2028", "e\u0301", "\uFFFD\uFFFF\uE000", new string('x', 100_000)];
        string file = Jsonl(texts.Select((text, i) => ($"d{i}", i % 2 == 0 ? "" : $"Titel {i} ü", text)).Append(("empty", "Only a title", "")));
        await SameAsync(file, new CorpusOptions());
    }

    [Fact]
    public async Task Compressed_records_cut_records_and_folders_are_as_they_are_in_memory()
    {
        string line = JsonSerializer.Serialize(new { docid = "long", title = "T", text = string.Join(' ', Enumerable.Repeat(TwentyWords, 12)) });
        await SameAsync(_folder.GzipFile("c.jsonl.gz", line), new CorpusOptions());
        await SameAsync(_folder.GzipFile("c.jsonl.gz", line), new CorpusOptions { SplitRecords = true });
        _folder.File("docs/a.md", $"# Head\n\n{TwentyWords}\n\n## Zwei\n\n{TwentyWords}");
        _folder.File("docs/deep/b.txt", TwentyWords);
        _folder.File("docs/empty.txt", "");
        _folder.File("docs/picture.png", "x");
        await SameAsync(Path.Combine(_folder.Path, "docs"), new CorpusOptions());
        await SameAsync(Path.Combine(_folder.Path, "docs", "a.md"), new CorpusOptions());
    }

    // UTF-8 puts U+E000 to U+FFFF before the characters of two UTF-16 units, and the order of docids is that of UTF-16.
    [Fact]
    public async Task Docids_are_ordered_and_found_as_in_memory()
    {
        string[] docids = ["b", "a", "ab", "\uE000", "\uFFFD", "😀", "😀a", "\U00020000", "é", "z", "漢", "\uD7FF", "aa\uE001", "aa😀", "10", "9"];
        using MappedCorpus corpus = await OpenAsync(Jsonl(docids.Select(docid => (docid, "", "text"))));
        Assert.Equal(docids.Order(StringComparer.Ordinal), corpus.Order.Passages.ToArray().Select(corpus.DocidAt));
        Assert.Equal(corpus.ToArray().DocidOrder().Positions.ToArray(), corpus.DocidOrder().Positions.ToArray());
        Assert.Equal(Enumerable.Range(0, docids.Length), docids.Select(corpus.Order.Find));
        Assert.All(["", "aa", "zz", "\uFFFF"], docid => Assert.Equal(-1, corpus.Order.Find(docid)));
    }

    [Fact]
    public async Task It_is_made_once_and_anew_when_the_content_or_the_reading_changes()
    {
        string file = Jsonl([("a", "", "x"), ("b", "", "y")]);
        (await OpenAsync(file)).Dispose();
        string made = Assert.Single(Directory.GetFiles(Kept));
        DateTime written = File.GetLastWriteTimeUtc(made);
        (await OpenAsync(file)).Dispose();
        Assert.Equal(written, File.GetLastWriteTimeUtc(made));

        Jsonl([("a", "", "x"), ("b", "", "z")]);
        using (MappedCorpus changed = await OpenAsync(file)) Assert.Equal("z", changed[1].Text);
        using (MappedCorpus cut = await OpenAsync(file, new CorpusOptions { MaxWords = 10 })) Assert.Equal(2, cut.Count);
        Assert.Equal(3, Directory.GetFiles(Kept).Length);
    }

    [Fact]
    public async Task A_document_added_to_a_folder_is_read_and_other_files_change_nothing()
    {
        _folder.File("docs/a.txt", TwentyWords);
        string docs = Path.Combine(_folder.Path, "docs");
        using (MappedCorpus one = await OpenAsync(docs)) Assert.Single(one);
        _folder.File("docs/b.bin", "x");
        (await OpenAsync(docs)).Dispose();
        Assert.Single(Directory.GetFiles(Kept));
        _folder.File("docs/b.txt", TwentyWords);
        using MappedCorpus two = await OpenAsync(docs);
        Assert.Equal(["a.txt#0", "b.txt#0"], two.Select(passage => passage.Docid));
    }

    // What a process leaves behind that was killed while it wrote.
    [Fact]
    public async Task An_interrupted_making_is_made_again()
    {
        string file = Jsonl([("a", "", "x")]);
        (await OpenAsync(file)).Dispose();
        string made = Assert.Single(Directory.GetFiles(Kept));
        byte[] whole = await File.ReadAllBytesAsync(made);
        File.Delete(made);
        await File.WriteAllBytesAsync(made + WholeFile.TemporarySuffix, whole[..(whole.Length / 2)]);
        await File.WriteAllTextAsync(made + ".lock", "");
        using MappedCorpus again = await OpenAsync(file);
        Assert.Equal("x", Assert.Single(again).Text);
        Assert.Equal([made], Directory.GetFiles(Kept));
        Assert.Equal(whole, await File.ReadAllBytesAsync(made));
    }

    [Fact]
    public async Task A_damaged_file_is_made_again()
    {
        string file = Jsonl([("a", "T", "x")]);
        (await OpenAsync(file)).Dispose();
        string made = Assert.Single(Directory.GetFiles(Kept));
        byte[] whole = await File.ReadAllBytesAsync(made);
        for (int i = 0; i < whole.Length; i += 3)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            await File.WriteAllBytesAsync(made, i % 2 == 0 ? damaged : whole[..i]);
            using MappedCorpus again = await OpenAsync(file);
            Assert.Equal("x", again[0].Text);
        }

        Assert.Equal(whole, await File.ReadAllBytesAsync(made));
    }

    [Fact]
    public async Task Where_it_cannot_be_kept_the_passages_lie_in_memory()
    {
        string file = Jsonl([("a", "", "x")]);
        CorpusReport report = new();
        IReadOnlyList<Passage> passages = await CorpusReader.OpenAsync(file, new CorpusOptions(), Path.Combine(_folder.File("no-folder", ""), "corpora"), report);
        Assert.IsNotType<MappedCorpus>(passages);
        Assert.Equal(("x", 1), (Assert.Single(passages).Text, report.Passages));

        (await OpenAsync(file)).Dispose();
        string made = Assert.Single(Directory.GetFiles(Kept));
        File.Delete(made);
        await using (new FileStream(made + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None)) // as another process that makes it now
            Assert.IsNotType<MappedCorpus>(await CorpusReader.OpenAsync(file, new CorpusOptions(), Kept, new CorpusReport()));
    }

    [Fact]
    public async Task What_is_wrong_with_the_corpus_is_said_and_nothing_is_kept()
    {
        string file = Jsonl([("b", "", "x"), ("a", "", "y"), ("c", "", "y"), ("a", "", "z"), ("b", "", "z")]);
        InputException twice = await Assert.ThrowsAsync<InputException>(() => OpenAsync(file));
        Assert.Equal($"{file} line 4: the docid 'a' was used before, in {file} line 2. Every document needs an id of its own.", twice.Message);
        await Assert.ThrowsAsync<InputException>(() => OpenAsync(_folder.File("bad.jsonl", "{\"docid\": \"1\"}")));
        await Assert.ThrowsAsync<InputException>(() => OpenAsync(Path.Combine(_folder.Path, "nowhere")));
        Assert.Empty(Directory.GetFiles(Kept));
    }

    [Fact]
    public async Task A_passage_asked_for_after_disposal_throws()
    {
        MappedCorpus corpus = await OpenAsync(Jsonl([("a", "", "x")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => corpus[1]);
        corpus.Dispose();
        Assert.Throws<ObjectDisposedException>(() => corpus[0]);
    }

    private async Task SameAsync(string path, CorpusOptions options)
    {
        CorpusReport inMemory = new();
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(path, options, inMemory);
        for (int time = 0; time < 2; time++) // made, then opened
        {
            CorpusReport report = new();
            using var corpus = (MappedCorpus)await CorpusReader.OpenAsync(path, options, Kept, report);
            Assert.Equal(passages, corpus);
            Assert.Equal(CorpusHash.Of(passages), corpus.Hash);
            Assert.Equal(
                (inMemory.Documents, inMemory.Passages, inMemory.Words, inMemory.EmptyDocuments, inMemory.PassagesLeftOut, inMemory.WordsLeftOut),
                (report.Documents, report.Passages, report.Words, report.EmptyDocuments, report.PassagesLeftOut, report.WordsLeftOut));
        }
    }

    private async Task<MappedCorpus> OpenAsync(string path, CorpusOptions? options = null) => (MappedCorpus)await CorpusReader.OpenAsync(path, options ?? new CorpusOptions(), Kept, new CorpusReport());

    private string Jsonl(IEnumerable<(string Docid, string Title, string Text)> records) =>
        _folder.File("c.jsonl", string.Join('\n', records.Select(record => JsonSerializer.Serialize(new { docid = record.Docid, title = record.Title, text = record.Text }))));
}
