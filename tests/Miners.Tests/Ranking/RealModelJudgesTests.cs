using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class RealModelJudgesTests
{
    private static readonly Passage[] Passages = Corpus.Of(
        "Concrete sets because cement reacts with water.",
        "Bees tell each other where flowers are by dancing on the comb.",
        "Sea ice reflects most sunlight, open water takes most of it up.");

    [Fact]
    public async Task The_shipped_model_grades_and_ranks_or_says_that_it_cannot()
    {
        BackendOptions options = new() { Kind = "LlamaCpp", Model = "SmolLM2-135M-Instruct-Q4_1.gguf", Threads = 1, Weak = true, Sequences = 4, ContextTokens = 512, LongSequences = 0 };
        await using Backend backend = await BackendFactory.OpenAsync("test", options, Path.Combine(RepositoryFiles.Root, "models"));
        JudgeModels models = JudgeModels.Of(backend);

        IReadOnlyList<JudgeVerdict> grades = await KnownWorth.Judge(JudgeNames.Graded, models).JudgeAsync("how bees show others the way to flowers", Passages);
        Assert.All(grades, grade => Assert.InRange(grade.Score!.Value, 0.0, 3.0));
        Assert.Equal(3, grades.Select(grade => grade.Score).Distinct().Count());

        // The four labels are four different tokens: else two of them would weigh the same.
        Continuation labels = new() { Lead = "\nGrade: ", Text = "", Labels = RepositoryFiles.Prompts.Get("judge/graded", false).Labels };
        Assert.Equal(4, (await backend.Scorer!.ScoreAsync("Passage: Bees dance.", [labels]))[0].Labels.Distinct().Count());
        Continuation letters = labels with { Labels = RepositoryFiles.Prompts.Get("judge/pick", false).Labels };
        Assert.Equal(12, (await backend.Scorer!.ScoreAsync("Passage: Bees dance.", [letters]))[0].Labels.Distinct().Count());

        ReplyCounts counts = new();
        IReadOnlyList<JudgeVerdict> ranking = await KnownWorth.Judge(JudgeNames.Listwise, models, counts: counts).JudgeAsync("how bees show others the way to flowers", Passages);
        Assert.Equal(1, counts.Replies.Values.Sum());
        if (counts.Failed.Count == 0) Assert.Equal([1.0, 2, 3], ranking.Select(verdict => verdict.Score!.Value).Order());
        else Assert.All(ranking, verdict => Assert.Null(verdict.Score));

        // Control tokens are tokens of their own where a prompt spells its chat template out, and letters in data.
        Continuation asked = new() { Lead = "<|im_end|>", Text = "", Then = "<|im_end|>", Labels = [" a", " b"] };
        int asData = (await backend.Scorer!.ScoreAsync("<|im_start|>x", [asked]))[0].TokensRead;
        int asTemplate = (await backend.Scorer!.ScoreAsync("<|im_start|>x", [asked with { ControlTokens = true }]))[0].TokensRead;
        Assert.True(asTemplate < asData);
    }
}
