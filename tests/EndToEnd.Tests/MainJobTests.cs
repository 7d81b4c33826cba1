using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.EndToEnd.Tests;

/// <summary>The main job with the shipped models.</summary>
[Collection(ModelRuns.Name)]
public sealed class MainJobTests(FirstRun first)
{
    private static readonly string[] JudgeScores = ["fused", "ql", "rc"];

    [Fact]
    public async Task Two_recipes_make_one_set_of_groups_with_positives_negatives_and_all_judge_scores()
    {
        IReadOnlyList<Group> groups = await RunFiles.GroupsAsync(first.Place.Path(FirstRun.Out));

        Assert.Contains("shards/train-00000-of-00001.parquet", first.Promised.Keys);
        Assert.Contains("shards/train-00000-of-00001.jsonl", first.Promised.Keys);
        Assert.Equal(["e5", "gecko"], groups.Select(group => group.Recipe).Distinct().Order(StringComparer.Ordinal));
        Assert.Distinct(groups.Select(group => group.Id));
        Assert.All(groups, group =>
        {
            Assert.Single(group.Positives);
            Assert.NotEmpty(group.Negatives);
            Assert.NotEmpty(group.Query);
            Assert.NotEmpty(group.Instruction);
            Assert.All(group.Positives.Concat(group.Negatives), passage =>
            {
                Assert.NotEmpty(passage.Text);
                Assert.Empty(JudgeScores.Except(passage.Scores.Keys));
                Assert.All(passage.Scores.Values, score => Assert.True(double.IsFinite(score)));
            });
        });
        Assert.All(groups.Where(group => group.Recipe == "gecko"), group =>
        {
            Assert.NotNull(group.SeedDocid);
            Assert.DoesNotContain(group.Negatives, negative => negative.Docid == group.SeedDocid);
        });
    }

    [Fact]
    public void Every_unit_is_a_group_or_a_reject_with_its_reason()
    {
        string[] rejects = File.ReadAllLines(first.Place.Path(FirstRun.Out, "rejects.jsonl"));

        int groups = File.ReadAllLines(first.Place.Path(FirstRun.Out, "shards", "train-00000-of-00001.jsonl")).Length;
        int dev = Directory.GetFiles(first.Place.Path(FirstRun.Out, "shards"), "dev-*.jsonl").Sum(file => File.ReadAllLines(file).Length);
        int units = rejects.Count(line => !line.Contains("\"e5-brainstorm-", StringComparison.Ordinal));
        Assert.Equal(2 * FirstRun.Count, groups + dev + units);
    }

    [Fact]
    public void A_run_leaves_report_card_and_ledger_and_says_where()
    {
        Assert.Equal(
            ["README.md", "ledger.db", "rejects.jsonl", "report.html", "run.json", "run.lock", "shards"],
            Directory.GetFileSystemEntries(first.Place.Path(FirstRun.Out)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal($"{FirstRun.Out}\n", first.Outcome.Out);
    }

    [Fact]
    public async Task DuckDB_reads_from_the_Parquet_what_the_JSONL_holds()
    {
        IReadOnlyList<Group> groups = await RunFiles.GroupsAsync(first.Place.Path(FirstRun.Out));
        string shards = first.Place.Path(FirstRun.Out, "shards", "*.parquet");

        Assert.Equal([$"{groups.Count}"], RunFiles.Query($"SELECT count(*) FROM '{shards}'"));
        Assert.Equal(
            groups.Select(group => $"{group.Id}|{group.Recipe}|{group.Query}|{group.Instruction}|{group.Negatives.Count}").Order(StringComparer.Ordinal),
            RunFiles.Query($"SELECT id, recipe, query, instruction, len(negatives) FROM '{shards}' ORDER BY id"));
        foreach (string list in (string[])["positives", "negatives"])
        {
            IEnumerable<string> expected =
                from @group in groups
                from passage in list == "positives" ? @group.Positives : @group.Negatives
                select FormattableString.Invariant(
                    $"{@group.Id}|{passage.Docid}|{passage.Origin.ToString().ToLowerInvariant()}|{passage.Rank}|{passage.Scores["ql"]:R}|{passage.Scores["rc"]:R}|{passage.Scores["fused"]:R}");
            Assert.Equal(
                expected.Order(StringComparer.Ordinal),
                RunFiles.Query($"SELECT id, p.docid, p.origin, p.rank, p.scores['ql'], p.scores['rc'], p.scores['fused'] FROM (SELECT id, unnest({list}) AS p FROM '{shards}')").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_same_command_again_calls_no_model_and_changes_no_byte()
    {
        (await first.Place.RunAsync(FirstRun.Command(FirstRun.Out, FirstRun.Cache, "--set", "Pipeline:Parallelism=8"))).Ended(0);

        Assert.Equal(0, RunFiles.CallsMade(first.Place.Path(FirstRun.Out)));
        Assert.Equal(first.Promised, first.Place.Promised(FirstRun.Out));
    }

    [Fact]
    public async Task Another_out_with_the_shared_cache_calls_no_model_and_gets_the_same_bytes()
    {
        (await first.Place.RunAsync(FirstRun.Command("other", FirstRun.Cache))).Ended(0);

        Assert.Equal(0, RunFiles.CallsMade(first.Place.Path("other")));
        Assert.Equal(first.Promised, first.Place.Promised("other"));
    }

    [Fact]
    public async Task Other_judges_leave_their_scores_and_how_far_they_agree()
    {
        (await first.Place.RunAsync(FirstRun.Command("judges", FirstRun.Cache, "--set", "Judges:Method=likelihood+graded", "--set", "Mining:Voters=Both"))).Ended(0);

        Assert.All(await RunFiles.GroupsAsync(first.Place.Path("judges")), group => Assert.All(group.Positives.Concat(group.Negatives), passage =>
        {
            Assert.Equal(["fused", "graded", "likelihood"], passage.Scores.Keys.Except(["bm25", "dense", "rrf"]));
            Assert.InRange(passage.Scores["graded"], 0, 3);
        }));
        using JsonDocument run = JsonDocument.Parse(await File.ReadAllTextAsync(first.Place.Path("judges", "run.json")));
        Assert.Equal(
            ["e5 likelihood graded best", "gecko likelihood graded best"],
            run.RootElement.GetProperty("agreements").EnumerateArray().Select(one => string.Join(' ', ((string[])["recipe", "first", "second", "on"]).Select(key => one.GetProperty(key).GetString()))));
    }

    [Fact]
    public async Task One_unit_at_a_time_gives_the_same_bytes_as_eight()
    {
        (await first.Place.RunAsync(FirstRun.Command("alone", "apart/cache.db", "--set", "Pipeline:Parallelism=1"))).Ended(0); // vectors are kept beside the cache

        Assert.Equal(first.Calls, RunFiles.CallsMade(first.Place.Path("alone")));
        Assert.Equal(first.Promised, first.Place.Promised("alone"));
    }
}
