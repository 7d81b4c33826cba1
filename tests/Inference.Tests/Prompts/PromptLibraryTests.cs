using R2Synth.Inference.Prompts;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.Prompts;

public class PromptLibraryTests
{
    private static string File(string name = "test/one", string form = "completion", string slots = "[passage]", string templates = "{ text: '{{ passage }}' }", string more = "") => $"""
        name: {name}
        purpose: Tests.
        source: none
        form: {form}
        slots: {slots}
        templates: {templates}
        {more}
        """;

    [Fact]
    public async Task Get_WeakVariant_IsTakenWhereThereIsOne()
    {
        using PromptFolder folder = new();
        folder.Write("a/query.yaml", File("a/query"));
        folder.Write("a/query.weak.yaml", File("a/query", templates: "{ text: 'Weak {{ passage }}' }"));
        folder.Write("b.yaml", File("b"));
        PromptLibrary library = PromptLibrary.Load(folder.Path);

        Assert.Equal(["a/query", "a/query", "b"], library.All.Select(prompt => prompt.Name));
        Assert.False(library.Get("a/query", weak: false).Weak);
        Assert.True(library.Get("a/query", weak: true).Weak);
        Assert.False(library.Get("b", weak: true).Weak);
        Assert.Equal(await ContentHash.OfFileAsync(Path.Combine(folder.Path, "b.yaml")), library.Get("b", weak: true).Hash);
        Assert.Equal("There is no prompt 'c'. Known: a/query, a/query.weak, b.", Assert.Throws<InputException>(() => library.Get("c", weak: true)).Message);
    }

    [Fact]
    public void Load_MissingOrEmptyFolder_IsRefused()
    {
        using PromptFolder folder = new();
        Assert.Equal($"Prompt folder '{folder.Path}' has no .yaml file.", Assert.Throws<InputException>(() => PromptLibrary.Load(folder.Path)).Message);
        Assert.Equal($"Prompt folder '{folder.Path}/x' does not exist.", Assert.Throws<InputException>(() => PromptLibrary.Load(folder.Path + "/x")).Message);
    }

    [Fact]
    public void Load_SeveralFaults_AreAllReported()
    {
        using PromptFolder folder = new();
        folder.Write("a.yaml", File("b"));
        folder.Write("c.yaml", File("c", form: "text"));
        string[] lines = Assert.Throws<InputException>(() => PromptLibrary.Load(folder.Path)).Message.Split(Environment.NewLine);
        Assert.Equal(
            [$"{folder.Path}/a.yaml line 1: 'name' is 'b'. It must be 'a', the file's path without '.yaml'.", $"{folder.Path}/c.yaml line 4: 'form' is 'text'. Allowed: completion, chat."],
            lines);
    }

    [Fact]
    public void Load_VariantWithOtherSlots_IsRefused()
    {
        using PromptFolder folder = new();
        folder.Write("a.yaml", File("a"));
        folder.Write("a.weak.yaml", File("a", slots: "[text]", templates: "{ text: '{{ text }}' }"));
        Assert.Equal(
            "Prompt 'a': its variant for weak models lacks the slot 'passage'. It declares all slots of the prompt itself (passage), and may use fewer and add some.",
            Assert.Throws<InputException>(() => PromptLibrary.Load(folder.Path)).Message);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { File(slots: "[]"), "line 6: template 'text' uses the slot 'passage', which 'slots' does not declare. Declared: none." },
        { File(slots: "[passage, title]"), "line 5: the slot 'title' is declared and no template uses it." },
        { File(templates: "{ text: '{{ passage' }"), "line 6: template 'text' is not Liquid" },
        { File(templates: "{ text: '{{ passage | shout }}' }"), "line 6: template 'text' is not Liquid: unknown filter 'shout'." },
        { File(templates: "{ prefix: '{{ passage }}', text: '{{ passage }}' }"), "line 6: template 'prefix' uses 'passage'. All calls share the prefix, so it may use no slot." },
        { File(form: "chat"), "line 6: a chat has no template 'text'. Allowed: system, user, begun, repair, task, and pairs user1 with assistant1, user2 with assistant2, ..., numbered without a gap." },
        { File(form: "chat", templates: "{ user: '{{ passage }}', user1: a, user2: b, assistant2: c }"), "line 6: a chat has no template 'user1'." },
        { File(form: "chat", templates: "{ system: '{{ passage }}' }"), "line 6: a chat needs a template 'user'." },
        { File(templates: "{ prefix: a }", slots: "[]"), "line 6: a completion needs a template 'text', or a judge's templates under names of their own." },
        { File(more: "sampling: { temperature: 3 }"), "line 7: 'temperature' is '3'. It must be a number from 0 to 2." },
        { File(more: "sampling: { max_tokens: 1.5 }"), "line 7: 'max_tokens' is '1.5'. It must be an integer from 1 to 1000000." },
        { File(more: "sampling: { temp: 1 }"), "line 7: unknown sampling key 'temp'. Allowed: temperature, top_p, top_k, max_tokens, stop." },
        { File(more: "sampling: { stop: [''] }"), "line 7: 'stop' has an empty entry." },
        { File(more: "colour: red"), "line 7: unknown key 'colour'. Allowed: name, purpose, source, form, slots, sampling, labels, templates, schema." },
        { File(more: "schema: '{'"), "line 7: 'schema' is not a JSON Schema" },
        { File(more: "schema: '{\"type\":\"string\",\"pattern\":\"a\"}'"), "line 7: JSON Schema at #: the keyword 'pattern' is not supported beside type 'string'." },
        { "name: [", "not valid YAML" },
        { "", "a prompt file is one YAML mapping" },
        { "name: test/one", "'form' is missing." },
        { File().Replace("purpose: Tests.", "purpose:", StringComparison.Ordinal), "line 2: 'purpose' is empty." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Load_FaultyFile_NamesFileLineAndWhatIsAllowed(string yaml, string expected)
    {
        string message = Assert.Throws<InputException>(() => PromptFolder.Load(yaml)).Message;
        Assert.Contains("/test/one.yaml", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ByteOrderMarkAndCarriageReturns_ChangeNothing()
    {
        Prompt prompt = PromptFolder.Load("\uFEFF" + File(templates: "\n  text: |\n    a\n    {{ passage }}").Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal("a\nx\n", prompt.Render("text", new Dictionary<string, object?> { ["passage"] = "x" }));
    }

    [Fact]
    public void A_template_may_assign_and_loop()
    {
        Prompt prompt = PromptFolder.Load(File(templates: "{ text: '{% assign n = 2 %}{% for i in (1..n) %}{{ i }}{{ passage }}{% endfor %}{% if passage contains \"x\" %}!{% endif %}' }"));
        Assert.Equal("1x2x!", prompt.Render("text", new Dictionary<string, object?> { ["passage"] = "x" }));
    }
}
