using R2Synth.Generators.Gecko;
using R2Synth.Inference;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Generators.Tests.Gecko;

public sealed class GeckoGeneratorTests
{
    private static readonly Passage Seed = new() { Docid = "d", Title = "Checkpoints", Text = "A checkpoint copies\nthe log back." };

    [Fact]
    public async Task A_strong_model_writes_the_task_itself()
    {
        ScriptedChatClient model = new("""{"task": "Given a question, retrieve the manual.", "query": "what does a checkpoint do"}""");
        GeckoDraft draft = await Generator(model, weak: false).DrawAsync(Seed, 7);
        Assert.Equal(new GeckoDraft { Task = "Given a question, retrieve the manual.", Query = "what does a checkpoint do" }, draft);
        Assert.Contains("Passage: A checkpoint copies the log back.", model.Asked[0].Prompt, StringComparison.Ordinal);
        Assert.Equal(7, model.Asked[0].Options!.Seed);
    }

    [Fact]
    public async Task A_weak_model_continues_a_text_and_its_subject_makes_the_task()
    {
        ScriptedChatClient model = new(" what does a checkpoint do\nSubject: log checkpoints");
        GeckoDraft draft = await Generator(model, weak: true).DrawAsync(Seed, 7);
        Assert.Equal("what does a checkpoint do", draft.Query);
        Assert.Equal("Given a question about log checkpoints, retrieve a passage that answers it.", draft.Task);
        Assert.Equal(true, model.Asked[0].Options!.AdditionalProperties![CallOptions.Completion]);
        Assert.EndsWith("\n\nTitle: Checkpoints\nPassage: A checkpoint copies the log back.\nSearch query:", model.Asked[0].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passage_without_a_title_shows_none()
    {
        ScriptedChatClient model = new(" what does a checkpoint do");
        await Generator(model, weak: true).DrawAsync(Seed with { Title = "" }, 7);
        Assert.EndsWith("\n\nPassage: A checkpoint copies the log back.\nSearch query:", model.Asked[0].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_weak_model_that_leaves_the_subject_out_gets_the_title_as_subject() =>
        Assert.Equal("Given a question about Checkpoints, retrieve a passage that answers it.", (await Generator(new ScriptedChatClient("a query"), weak: true).DrawAsync(Seed, 1)).Task);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("I cannot help with that.", "not-json")]
    [InlineData("""{"query": "no task here"}""", "wrong-schema")]
    public async Task A_useless_reply_is_named(string reply, string fault) =>
        Assert.Equal(fault, (await Generator(new ScriptedChatClient(reply), weak: false).DrawAsync(Seed, 1)).Fault);

    private static GeckoGenerator Generator(ScriptedChatClient model, bool weak) =>
        new(new StructuredCaller(model), RepositoryPrompts.Library.Get(GeckoGenerator.PromptName, weak));
}
