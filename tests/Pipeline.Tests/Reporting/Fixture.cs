using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Reporting;

/// <summary>A small run with text that would break a page or a table if it were not taken as data.</summary>
internal static class Fixture
{
    public static Group Group(string recipe, int ordinal, string query, string positive, string? seed = "d1", Origin origin = Origin.Seed) => new()
    {
        Id = $"{recipe}-{ordinal:D8}",
        Recipe = recipe,
        TaskGroup = "short-long",
        Instruction = "Given a question, retrieve passages that answer it.",
        Query = query,
        Attributes = { ["clarity"] = "clear" },
        SeedDocid = seed,
        Positives =
        [
            new JudgedPassage
            {
                Docid = origin == Origin.Relabelled ? "d2" : "d1",
                Title = "Title & <b>bold</b>",
                Text = positive,
                Grade = 3,
                Rank = 1,
                Origin = origin,
                Scores = { ["ql"] = -1.23456, ["rrf"] = 0.5 },
            },
        ],
        Negatives =
        [
            new JudgedPassage { Docid = "d7", Text = "Another passage.", Origin = Origin.Mined, Rank = 5 },
            new JudgedPassage { Docid = $"{recipe}-{ordinal:D8}#negative", Text = "A third.", Origin = Origin.Generated },
        ],
        Provenance = new Provenance { Generator = "tiny" },
    };

    public static RunReportData Run()
    {
        GroupStatistics statistics = new();
        statistics.Add(Group("e5", 0, "why is the sky blue", "The sky scatters blue light.", seed: null, origin: Origin.Generated));
        statistics.Add(Group("gecko", 0, "<script>alert(1)</script> & \"more\"", "It says <script>alert(1)</script>; 日本語."));
        statistics.Add(Group("gecko", 1, "what is bm25", "BM25 is a ranking function.", origin: Origin.Relabelled));
        return new RunReportData
        {
            Name = "tiny|run",
            Command = "r2synth run gecko e5 --corpus samples/wiki --out outputs/tiny",
            Version = "0.1.0",
            Seed = 7,
            Languages = ["en", "no"],
            Recipes =
            [
                new RecipeReport
                {
                    Recipe = RecipeCatalog.All.Single(recipe => recipe.Name == "gecko"),
                    Groups = statistics.GroupsOf("gecko"),
                    Relabelled = statistics.RelabelledOf("gecko"),
                    Stages =
                    [
                        new StageReport { Name = "gecko/generate", In = 1200, Out = 5, Rejected = 1195 },
                        new StageReport { Name = "gecko/dedup", In = 5, Out = 2, Rejected = 3 },
                    ],
                    Rejects = new(StringComparer.Ordinal) { ["dedup/near-duplicate"] = 3, ["generate/not-grounded"] = 1195 },
                },
                new RecipeReport
                {
                    Recipe = RecipeCatalog.All.Single(recipe => recipe.Name == "e5"),
                    Groups = statistics.GroupsOf("e5"),
                    Relabelled = statistics.RelabelledOf("e5"),
                    Stages = [new StageReport { Name = "e5/generate", In = 1, Out = 1, Rejected = 0 }],
                    Rejects = new(StringComparer.Ordinal),
                },
            ],
            TrainGroups = 2,
            DevGroups = 1,
            Judges =
            [
                new JudgeVote
                {
                    Judge = "ql",
                    AucRetrieved = 0.61,
                    AucRetrievedLow = 0.55,
                    AucRetrievedHigh = 0.67,
                    AucRandom = 0.9,
                    AucRandomLow = 0.85,
                    AucRandomHigh = 0.95,
                    Queries = 64,
                    Votes = true,
                },
                new JudgeVote
                {
                    Judge = "rc",
                    AucRetrieved = double.NaN,
                    AucRetrievedLow = double.NaN,
                    AucRetrievedHigh = double.NaN,
                    AucRandom = 0.5,
                    AucRandomLow = 0.4,
                    AucRandomHigh = 0.6,
                    Queries = 0,
                    Votes = false,
                },
            ],
            Models =
            [
                new ModelReport { Role = "generator", Name = "embedded", Identity = "Tiny_Model.gguf sha256:abc", Weak = true },
                new ModelReport { Role = "embedder", Name = "minilm", Identity = "minilm.gguf sha256:def" },
            ],
            Inputs = [new InputReport { Role = "corpus", Path = "samples/wiki", Hash = "0123", Count = 1500 }],
            Settings = [new("Pipeline:NearDuplicate", "0.7"), new("Generator", "embedded")],
            Distributions = statistics.Distributions(),
            Samples = statistics.Samples(),
            Files = ["shards/train-00000-of-00001.parquet", "shards/dev-00000-of-00001.parquet"],
            Calls = new CallReport { Calls = 12, CacheHits = 3, TokensRead = 12345, TokensWritten = 678 },
        };
    }
}
