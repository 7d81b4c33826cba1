using R2Synth.Generators.E5;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Generators.Tests.E5;

public sealed class E5GeneratorTests
{
    private static readonly E5Attributes Attributes = new()
    {
        QueryType = "long-tail",
        QueryLength = "5 to 15 words",
        Clarity = "clear",
        Words = 100,
        Difficulty = "",
        Language = "de",
    };

    private const string Document = "Trams in the old town run every ten minutes until midnight, and every half hour after that. A day ticket covers all lines and the ferry.";

    [Fact]
    public async Task Brainstorm_gives_tasks_on_one_line_and_no_more_than_asked()
    {
        ScriptedChatClient model = new("""{"tasks": ["Given a stop,  find its timetable please.", "Given a city, find its network map.", "Given a fare, find the right ticket."]}""");
        (IReadOnlyList<string> tasks, string? fault, _) = await Generator(model).BrainstormAsync("trams", 2, 1);
        Assert.Null(fault);
        Assert.Equal(["Given a stop, find its timetable please.", "Given a city, find its network map."], tasks);
        Assert.Contains("2 different text retrieval tasks", model.Asked[0].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_asks_for_the_sampled_attributes()
    {
        ScriptedChatClient model = new($$"""{"user_query": "tram night service", "positive_document": "{{Document}}"}""");
        E5Example example = await Generator(model).WriteAsync("Given a stop, find its timetable.", Attributes, 3);
        Assert.Equal(new E5Example { Query = "tram night service", Positive = Document }, example);
        string prompt = model.Asked[0].Prompt;
        Assert.All(["long-tail", "5 to 15 words", "clear", "at least 100 words", "in German"], wanted => Assert.Contains(wanted, prompt, StringComparison.Ordinal));
        Assert.DoesNotContain("education", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_negative_has_a_turn_of_its_own_that_shows_query_and_positive()
    {
        ScriptedChatClient model = new($$"""{"hard_negative_document": "{{Document}}"}""");
        (string? document, string? fault, _) = await Generator(model).WriteNegativeAsync("A task.", new E5Example { Query = "the query", Positive = "the positive" }, Attributes, 3);
        Assert.Equal((Document, null), (document, fault));
        Assert.Contains("the query", model.Asked[0].Prompt, StringComparison.Ordinal);
        Assert.Contains("the positive", model.Asked[0].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_that_stays_useless_after_two_repairs_is_a_fault()
    {
        ScriptedChatClient model = new("nonsense");
        Assert.Equal("not-json", (await Generator(model).WriteAsync("A task.", Attributes, 3)).Fault);
        Assert.Equal(3, model.Asked.Count);
    }

    [Fact]
    public void Attributes_depend_on_the_unit_alone_and_take_published_values()
    {
        E5Attributes[] drawn = [.. Enumerable.Range(0, 2000).Select(i => E5Attributes.Draw(new UnitSeed(1, "e5/attributes", i), ["en", "de"]))];
        Assert.Equal(drawn[17], E5Attributes.Draw(new UnitSeed(1, "e5/attributes", 17), ["en", "de"]));
        Assert.InRange(drawn.Count(a => a.Clarity == "clear") / 2000.0, 0.55, 0.65);
        Assert.InRange(drawn.Count(a => a.QueryType == "common") / 2000.0, 0.07, 0.13);
        Assert.InRange(drawn.Count(a => a.Difficulty.Length == 0) / 2000.0, 0.45, 0.55);
        Assert.Equal([50, 100, 200, 300, 400, 500], drawn.Select(a => a.Words).Distinct().Order());
    }

    [Fact]
    public void An_unknown_language_is_refused_with_the_known_ones()
    {
        InputException e = Assert.Throws<InputException>(() => LanguageNames.Of("xx"));
        Assert.StartsWith("--languages: 'xx' is not known. Known codes: ar, cs, da, de,", e.Message, StringComparison.Ordinal);
    }

    private static E5Generator Generator(ScriptedChatClient model) => new(new StructuredCaller(model), E5Prompts.From(RepositoryPrompts.Library, weak: false));
}
