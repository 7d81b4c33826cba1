using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Recipes;
using R2Synth.Records;

namespace R2Synth.Pipeline.Reporting;

/// <summary>All that the report, the dataset card and <c>run.json</c> say of a run. Everything but <see cref="Calls"/> and the stages' counts is the same however often the run was interrupted.</summary>
internal sealed record RunReportData
{
    /// <summary>The run's name: its folder's.</summary>
    public required string Name { get; init; }

    /// <summary>The command that makes the run again.</summary>
    public required string Command { get; init; }

    /// <summary>Version of R2Synth.</summary>
    public required string Version { get; init; }

    /// <summary>The run's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>ISO 639-1 codes of the languages asked for.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>In the order of the request.</summary>
    public required IReadOnlyList<RecipeReport> Recipes { get; init; }

    /// <summary>Groups in the train split.</summary>
    public required int TrainGroups { get; init; }

    /// <summary>Groups in the dev split.</summary>
    public required int DevGroups { get; init; }

    /// <summary>How each judge did; empty where nothing was judged.</summary>
    public required IReadOnlyList<JudgeVote> Judges { get; init; }

    /// <summary>How far each two judges agree; empty with fewer than two.</summary>
    public IReadOnlyList<JudgeAgreement> Agreements { get; init; } = [];

    /// <summary>The models used.</summary>
    public required IReadOnlyList<ModelReport> Models { get; init; }

    /// <summary>The files read.</summary>
    public required IReadOnlyList<InputReport> Inputs { get; init; }

    /// <summary>The whole resolved configuration, sorted by key: see <see cref="SettingsList"/>.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Whether the queries were given by a user, not written.</summary>
    public bool GivenQueries { get; init; }

    /// <summary>Whether a model wrote queries.</summary>
    public bool WroteQueries => Recipes.Any(recipe => recipe.Recipe.GeneratorNeeds != BackendAbilities.None);

    /// <summary>Whether some groups' queries are titles, and their passages go without.</summary>
    public bool HidesTitles => Recipes.Any(recipe => recipe.Recipe.Name == TitlesRecipe.Name);

    /// <summary>Further counts; none for most runs.</summary>
    public IReadOnlyList<CountTable> CountTables { get; init; } = [];

    /// <summary>What <see cref="GroupStatistics"/> found.</summary>
    public required IReadOnlyList<Distribution> Distributions { get; init; }

    /// <summary>Groups to show in full, spread over the recipes.</summary>
    public required IReadOnlyList<Group> Samples { get; init; }

    /// <summary>Files written, relative to the run's folder.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What the models did in the process that ended the run: differs when a run was resumed. Null leaves it out.</summary>
    public CallReport? Calls { get; init; }
}
