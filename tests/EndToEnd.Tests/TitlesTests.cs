using System.Text.Json;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.EndToEnd.Tests;

/// <summary>Title-text pairs: the shipped embedder and no other model.</summary>
[Collection(ModelRuns.Name)]
public sealed class TitlesTests(FirstRun first)
{
    private static readonly string[] Subjects = ["tidal harbours", "alpine railways", "copper smelting", "desert beetles", "paper marbling", "lunar tides", "river locks", "bread ovens"];

    [Fact]
    public async Task Titles_ask_for_their_texts_and_no_model_writes_or_judges()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Model = "local" });
        Corpus();

        (await first.Place.RunAsync(Command("titles", "--generator", "local-server", "--judge", "local-server", "--set", $"Backends:local-server:Endpoints:0:Url={server.Url}"))).Ended(0);

        IReadOnlyList<Group> groups = await RunFiles.GroupsAsync(first.Place.Path("titles"));
        Assert.Equal(0, server.Requests);
        Assert.Equal(Subjects.Select(subject => $"a history of {subject}").Concat(["Handbook Parts of a lock", "Handbook Parts of a lock Paddles and their gear"]).ToHashSet(), groups.Select(group => group.Query).ToHashSet());
        Assert.All(groups, group =>
        {
            JudgedPassage positive = Assert.Single(group.Positives);
            Assert.Equal((group.SeedDocid, Origin.Seed), (positive.Docid, positive.Origin));
            Assert.NotEmpty(group.Negatives);
            Assert.All(group.Negatives.Append(positive), passage =>
            {
                Assert.Empty(passage.Title);
                Assert.Equal(["bm25", "dense", "rrf"], passage.Scores.Keys);
            });
            Assert.Equal(group.Query, group.Attributes[Group.HiddenTitle].Replace(" › ", " ", StringComparison.Ordinal));
        });
        Group section = groups.Single(group => group.Query == "Handbook Parts of a lock"), subsection = groups.Single(group => group.SeedDocid == "lock2");
        Assert.DoesNotContain(section.Negatives, negative => negative.Docid.StartsWith("lock", StringComparison.Ordinal)); // its other part, and what stands under it
        Assert.Contains(subsection.Negatives, negative => negative.Docid.StartsWith("lock", StringComparison.Ordinal));
        string[] rejects = File.ReadAllLines(first.Place.Path("titles", "rejects.jsonl"));
        Assert.Equal(["duplicate", "no-title", "too-short"], rejects.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_at_a_time_gives_the_same_bytes_as_eight_and_a_finished_run_stays_as_it_is()
    {
        Corpus();
        (await first.Place.RunAsync(Command("titles-8", "--set", "Pipeline:Parallelism=8"))).Ended(0);
        (await first.Place.RunAsync(Command("titles-1", "--set", "Pipeline:Parallelism=1"))).Ended(0);
        SortedDictionary<string, string> promised = first.Place.Promised("titles-8");

        Assert.Equal(promised, first.Place.Promised("titles-1"));
        (await first.Place.RunAsync(Command("titles-8"))).Ended(0);
        Assert.Equal(promised, first.Place.Promised("titles-8"));
        Assert.Equal(0, RunFiles.CallsMade(first.Place.Path("titles-8")));
    }

    [Fact]
    public async Task A_plan_of_two_recipes_embeds_the_corpus_once()
    {
        Corpus();

        Outcome plan = (await first.Place.RunAsync(
            "run", "gecko", "titles", "--corpus", "titled.jsonl", "--out", "planned-titles", "--dry-run", "--set", "Cache:Path=planned-titles.db", "--set", "Backends:minilm:Threads=1")).Ended(0);

        Assert.Matches(@"corpus/embed\s+1\s", plan.Out);
        Assert.Matches(@"titles/candidates\s+13\s", plan.Out);
        Assert.Matches(@"gecko/candidates\s+13\s", plan.Out);
    }

    private static string[] Command(string output, params string[] more) =>
        ["run", "titles", "--corpus", "titled.jsonl", "--out", output, "--quiet", "--set", $"Cache:Path={output}.db", "--set", "Backends:minilm:Threads=1", "--set", "Mining:NegativeRule=top", .. more];

    // Eight subjects, a section in two parts with a subsection, a passage without a title and one whose title is a word.
    private void Corpus() => first.Place.Write("titled.jsonl", string.Concat(
        Subjects.Select((subject, i) => Line($"d{i}", $"a history of {subject}", $"Much was written on {subject} and on those who cared for them in the old towns."))
            .Concat([
                Line("lock0", "Handbook › Parts of a lock", "The gates hold the water, and the paddles let it through."),
                Line("lock1", "Handbook › Parts of a lock", "The sill lies under the upper gates, where boats may catch on it."),
                Line("lock2", "Handbook › Parts of a lock › Paddles and their gear", "A paddle is wound up by a windlass, and falls back when its catch is lifted."),
                Line("bare", "", "A passage that nobody gave a name to."),
                Line("word", "Glossary", "Words that are used in this book and what they mean."),
            ])));

    private static string Line(string id, string title, string text) => JsonSerializer.Serialize(new { _id = id, title, text }) + "\n";
}
