using R2Synth.Pipeline.Auditing;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Tests.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Auditing;

public sealed class WrittenAuditTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Written_negatives_that_no_search_brings_up_are_flagged_in_their_group()
    {
        // Even groups: the negative has the query's words. Odd ones: it has none of them, and the corpus has a hundred passages that do.
        Passage[] corpus = [.. Enumerable.Range(0, 120).Select(i => new Passage { Docid = $"c{i}", Text = $"The ferry leaves harbour {i} in winter." })];
        (CountTable? table, Group[] groups) = await AuditAsync(corpus, new R2SynthOptions(), 40, i => i % 2 == 0 ? $"ferry leaves harbour winter ferry leaves harbour winter {i}" : $"unrelated prose about glass {i}");
        Assert.All(groups, g => Assert.Equal(int.Parse(g.Id[^8..], null) % 2, g.Quality["written_too_easy"]));
        Assert.All(groups.Where(g => g.Quality["written_too_easy"] == 0), g => Assert.InRange(g.Quality["written_rank"], 1, 100));
        Assert.All(groups.Where(g => g.Quality["written_too_easy"] == 1), g => Assert.False(g.Quality.ContainsKey("written_rank")));
        Assert.All(groups, g => Assert.InRange(g.Quality["written_style"], 0, 1));
        Dictionary<string, double> rows = new(table!.Rows);
        Assert.Equal((40, 200, 20, 0), (rows["written_negatives"], rows["candidates"], rows["never_in_top_100"], rows["taken_out_by_share"])); // 120 + 40 positives + 40 negatives
        Assert.InRange(rows["style_auc_against_mined_low"], 0.9, 1); // a hundred times the same sentence
    }

    [Fact]
    public async Task Run_twice_it_gives_the_same_bytes()
    {
        Passage[] corpus = [.. Enumerable.Range(0, 30).Select(i => new Passage { Docid = $"c{i}", Text = $"The ferry leaves harbour {i} in winter." })];
        await AuditAsync(corpus, new R2SynthOptions(), 24, i => $"glass {i}");
        byte[] once = await File.ReadAllBytesAsync(_folder.File("run/shards/train-00000-of-00001.parquet"));
        await using RunFolder folder = RunFolder.Open(_folder.File("run"));
        await new WrittenAudit(new R2SynthOptions(), corpus, "en", 1).RunAsync(folder, CancellationToken.None);
        Assert.Equal(once, await File.ReadAllBytesAsync(_folder.File("run/shards/train-00000-of-00001.parquet")));
    }

    [Fact]
    public async Task The_share_of_written_negatives_is_capped_where_there_are_mined_ones()
    {
        R2SynthOptions options = new();
        options.Mining.WrittenShare = 0.5;
        (CountTable? table, Group[] groups) = await AuditAsync([], options, 3, i => $"glass {i}", mined: true);
        Assert.All(groups, g => Assert.Equal([Origin.Mined, Origin.Generated], g.Negatives.Select(n => n.Origin)));
        Assert.Equal(3, new Dictionary<string, double>(table!.Rows)["taken_out_by_share"]);
    }

    [Fact]
    public async Task A_run_without_a_written_negative_is_left_alone()
    {
        (CountTable? table, Group[] groups) = await AuditAsync([], new R2SynthOptions(), 2, _ => null);
        Assert.Null(table);
        Assert.All(groups, g => Assert.Empty(g.Quality));
    }

    private async Task<(CountTable? Table, Group[] Groups)> AuditAsync(Passage[] corpus, R2SynthOptions options, int groups, Func<int, string?> negative, bool mined = false)
    {
        await using RunFolder folder = RunFolder.Open(_folder.File("run"));
        await using (ShardWriter writer = new(folder.File("shards"), "train", 1000, jsonl: true))
        {
            for (int i = 0; i < groups; i++)
            {
                string id = $"e5-{i:D8}";
                List<JudgedPassage> negatives = [];
                if (mined) negatives.Add(new JudgedPassage { Docid = $"m{i}", Text = $"Mined words {i}.", Origin = Origin.Mined });
                if (negative(i) is { } text) negatives.Add(new JudgedPassage { Docid = $"{id}#negative1", Text = text, Origin = Origin.Generated });
                if (mined) negatives.Add(new JudgedPassage { Docid = $"{id}#negative2", Text = $"second {i}", Origin = Origin.Generated });
                if (negatives.Count == 0) negatives.Add(new JudgedPassage { Docid = "m", Text = "Mined.", Origin = Origin.Mined });
                await writer.WriteAsync(new Group
                {
                    Id = id,
                    Recipe = "e5",
                    TaskGroup = "short-long",
                    Instruction = "Find it.",
                    Query = "when does the ferry leave the harbour in winter",
                    Positives = [new JudgedPassage { Docid = $"{id}#positive", Text = $"At nine, says timetable {i}.", Origin = Origin.Generated }],
                    Negatives = negatives,
                    Provenance = new Provenance { Generator = "tiny" },
                });
            }

            await writer.CompleteAsync();
        }

        CountTable? table = await new WrittenAudit(options, corpus, "en", 1).RunAsync(folder, CancellationToken.None);
        return (table, await GroupJsonlReader.ReadAsync(folder.File("shards", "train-00000-of-00001.jsonl")).ToArrayAsync());
    }
}
