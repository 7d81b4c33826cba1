namespace R2Synth.Records.Tests;

public sealed class GroupJsonlWriterTests : GroupWriterContract
{
    [Fact]
    public async Task A_line_looks_like_this()
    {
        await WriteAsync(Path("a"), [Samples.Group(1, Samples.Negative(2)) with { SeedDocid = null }]);
        Assert.Equal("""
            {"id":"gecko-00000001","recipe":"gecko","task_group":"question-answering","instruction":"Given a question, find passages that answer it.","query":"Wie heißt der 🐇 im 漢字? \"quoted\" <b>&'","language":"de","attributes":{"Clarity":"clear","length":"short"},"seed_docid":null,"positives":[{"docid":"a.md#0","title":"T","text":"Text\nline","grade":3,"origin":"relabelled","rank":1,"scores":{"bm25":12.1,"rc":0.3333333333333333}}],"negatives":[{"docid":"b#2","title":"","text":"other","grade":null,"origin":"mined","rank":2,"scores":{"bm25":-2}}],"quality":{"grounded":0.5},"provenance":{"generator":"m@1","judge":"j@2","prompts":{"query":"abc"}}}

            """, await File.ReadAllTextAsync(Path("a")));
    }

    protected override async Task WriteAsync(string path, IEnumerable<Group> groups, bool complete = true)
    {
        await using GroupJsonlWriter writer = new(path);
        foreach (Group group in groups)
            await writer.WriteAsync(group);
        if (complete)
            await writer.CompleteAsync();
    }

    protected override IAsyncEnumerable<Group> ReadAsync(string path) => GroupJsonlReader.ReadAsync(path);
}
