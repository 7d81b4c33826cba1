using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Inference.Tests.Prompts;

namespace R2Synth.Inference.Tests.Structured;

public class StructuredCallerTests
{
    private const string Schema = """schema: '{"type":"object","properties":{"query":{"type":"string","minLength":3}},"required":["query"],"additionalProperties":false}'""";

    private static readonly Dictionary<string, object?> Slots = new() { ["passage"] = "ice" };

    private static Prompt Chat(string more = Schema) => PromptFolder.Load($$$"""
        name: test/one
        purpose: Tests.
        source: none
        form: chat
        slots: [passage]
        templates:
          user: "Passage: {{ passage }}"
          repair: "Mend: {{ error }}"
        {{{more}}}
        """);

    private static Prompt Completion(string more = Schema) => PromptFolder.Load($$$"""
        name: test/one
        purpose: Tests.
        source: none
        form: completion
        slots: [passage]
        templates:
          text: "Passage: {{ passage }}"
        {{{more}}}
        """);

    private static Task<StructuredReply> AskAsync(IChatClient client, Prompt prompt) => new StructuredCaller(client).AskAsync(prompt, Slots, 5);

    [Theory]
    [InlineData("""{"query":"why ice?"}""", "why ice?")]
    [InlineData("Here it is:\n```json\n{\"query\": \"why ice?\"}\n```\nEnjoy {it}!", "why ice?")]
    [InlineData("""<think>[1] {"no": 1}</think>{"query":"why } ice?"}""", "why } ice?")]
    [InlineData("""{"query":"\alpha \sigma and C:\dir"}""", """\alpha \sigma and C:\dir""")]
    [InlineData("{\"query\":\"two\nlines\"}", "two\nlines")]
    [InlineData("""{"query":"a \\ b \" c"}""", """a \ b " c""")]
    public async Task AskAsync_Salvageable_IsRead(string text, string query)
    {
        using ScriptedChatClient client = ScriptedChatClient.Saying(text);
        StructuredReply reply = await AskAsync(client, Chat());
        Assert.Null(reply.Fault);
        Assert.Equal(query, reply.Json!.Value.GetProperty("query").GetString());
        Assert.Equal((1, 10, 3, text), (reply.Calls, reply.InputTokens, reply.OutputTokens, reply.Text));
    }

    [Theory]
    [InlineData("no JSON here", ReplyFault.NotJson)]
    [InlineData("{\"query\":\"why", ReplyFault.NotJson)]
    [InlineData("""{"query":"a"}""", ReplyFault.WrongSchema)]
    [InlineData("""{"query":"why?","more":1}""", ReplyFault.WrongSchema)]
    [InlineData("""{"query":"\ud800 why"}""", ReplyFault.NotJson)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[", ReplyFault.NotJson)]
    [InlineData(" \n", ReplyFault.Empty)]
    public async Task AskAsync_Faulty_IsAFaultAfterThreeCalls(string text, ReplyFault fault)
    {
        using ScriptedChatClient client = ScriptedChatClient.Saying(text);
        StructuredReply reply = await AskAsync(client, Chat());
        Assert.Equal((fault, 3, 30, 9), (reply.Fault, reply.Calls, reply.InputTokens, reply.OutputTokens));
        Assert.Null(reply.Json);
        Assert.NotEmpty(reply.Detail);
        Assert.Equal(3, client.Calls.Select(call => call.Options!.Seed).Distinct().Count());
    }

    [Fact]
    public async Task AskAsync_Chat_ShowsReplyAndError()
    {
        using ScriptedChatClient client = ScriptedChatClient.Saying("""{"query":"a"}""", """{"query":"why ice?"}""");
        StructuredReply reply = await AskAsync(client, Chat());
        Assert.Equal((null, 2), (reply.Fault, reply.Calls));
        List<ChatMessage> messages = client.Calls[1].Messages;
        Assert.Equal(["user", "assistant", "user"], messages.Select(message => message.Role.Value));
        Assert.Equal("""{"query":"a"}""", messages[1].Text);
        Assert.Equal("Mend: /query: Value should be at least 3 characters", messages[2].Text);
    }

    [Fact]
    public async Task AskAsync_Completion_IsDrawnAgainWithADerivedSeed()
    {
        using ScriptedChatClient client = ScriptedChatClient.Saying("?", """{"query":"why ice?"}""");
        StructuredReply reply = await AskAsync(client, Completion());
        Assert.Equal((null, 2), (reply.Fault, reply.Calls));
        Assert.Equal("Passage: ice", Assert.Single(client.Calls[1].Messages).Text);
        Assert.Equal(5, client.Calls[0].Options!.Seed);
        Assert.NotEqual(5, client.Calls[1].Options!.Seed);
    }

    [Fact]
    public async Task AskAsync_CutOffOrRefused_SaysSo()
    {
        using ScriptedChatClient cut = new(() => ScriptedChatClient.Reply("{\"query\":\"wh", ChatFinishReason.Length));
        Assert.Equal(ReplyFault.CutOff, (await AskAsync(cut, Chat())).Fault);
        using ScriptedChatClient whole = new(() => ScriptedChatClient.Reply("""{"query":"why?"} and so on""", ChatFinishReason.Length));
        Assert.Null((await AskAsync(whole, Chat())).Fault);
        using ScriptedChatClient filtered = new(() => ScriptedChatClient.Reply("", ChatFinishReason.ContentFilter));
        StructuredReply reply = await AskAsync(filtered, Chat());
        Assert.Equal((ReplyFault.Refused, 1), (reply.Fault, reply.Calls));
        using ScriptedChatClient refused = new(() => new ChatResponse(new ChatMessage(ChatRole.Assistant, [new ErrorContent("I can't help with that.") { ErrorCode = "Refusal" }])));
        reply = await AskAsync(refused, Chat());
        Assert.Equal((ReplyFault.Refused, "I can't help with that."), (reply.Fault, reply.Detail));
    }

    [Fact]
    public async Task AskAsync_NoSchema_GivesTrimmedText()
    {
        using ScriptedChatClient client = ScriptedChatClient.Saying("  why ice?\n");
        StructuredReply reply = await AskAsync(client, Completion(""));
        Assert.Equal(("why ice?", null, null, 1), (reply.Text, reply.Json, reply.Fault, reply.Calls));
        using ScriptedChatClient cut = new(() => ScriptedChatClient.Reply(" why ", ChatFinishReason.Length));
        reply = await AskAsync(cut, Completion(""));
        Assert.Equal(("why", ReplyFault.CutOff, 1), (reply.Text, reply.Fault, reply.Calls));
        using ScriptedChatClient empty = ScriptedChatClient.Saying(" ");
        Assert.Equal(ReplyFault.Empty, (await AskAsync(empty, Completion(""))).Fault);
    }

    [Fact]
    public async Task AskAsync_ClientThrows_PassesThrough()
    {
        using ScriptedChatClient client = new(() => throw new ContextExceededException(9, 8));
        Assert.Equal(9, (await Assert.ThrowsAsync<ContextExceededException>(() => AskAsync(client, Chat()))).Tokens);
        using ScriptedChatClient later = new(() => ScriptedChatClient.Reply("?"), () => throw new ContextExceededException(9, 8));
        StructuredReply reply = await AskAsync(later, Chat());
        Assert.Equal((ReplyFault.NotJson, 1), (reply.Fault, reply.Calls));
    }

    [Fact]
    public async Task Any_text_gives_a_result_or_a_fault_never_an_exception()
    {
        Prompt chat = Chat(), list = Chat("""schema: '{"type":"array","items":{"anyOf":[{"type":"integer"},{"enum":["a",1]},{"type":"object","properties":{"a":{"type":"number"}}}]},"maxItems":2}'""");
        Gen<string> pieces = Gen.OneOf(
            "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud83d", ":", ",", "query", "\"query\":", "\"a\"", "1e999", "-0", "1E400", "99999999999999999999999999999999999", "0.1", "null", "true", "\n", "```json", "\ud800", "é");
        Gen<string> text = Gen.OneOf(pieces.Array[0, 25].Select(string.Concat), Gen.String, pieces.Array[0, 9].Select(parts => $"[{string.Concat(parts)}]"));
        await text.SampleAsync(
            async reply =>
            {
                foreach (Prompt prompt in (Prompt[])[chat, list])
                {
                    using ScriptedChatClient client = ScriptedChatClient.Saying(reply);
                    StructuredReply checkedReply = await AskAsync(client, prompt);
                    Assert.True((checkedReply.Fault is null) == (checkedReply.Json is not null));
                    Assert.True((checkedReply.Fault is null) == (checkedReply.Detail.Length == 0));
                    if (checkedReply.Json is { } json) JsonSerializer.Serialize(json);
                }
            },
            iter: 3000);
    }
}
