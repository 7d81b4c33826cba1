using System.Text;
using R2Synth.Inference.Hosted;

namespace R2Synth.Inference.Tests.Hosted;

public class ReplyBodyTests
{
    private const string Chat = """
        {"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a}]"},"logprobs":{"content":[]},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":30,"prompt_tokens_details":{"audio_tokens":1,"cached_tokens":20},"completion_tokens":5,"total_tokens":35},"more":[[1]]}
        """;

    [Fact]
    public void A_whole_reply_gives_its_usage()
    {
        Assert.True(ReplyBody.TryRead(Encoding.UTF8.GetBytes(Chat), RequestForm.Chat, out TokenUsage? usage));
        Assert.Equal(new TokenUsage(30, 20, 5), usage);
    }

    [Fact]
    public void No_beginning_of_a_reply_is_a_reply()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Chat);
        for (int length = 0; length < whole.AsSpan().LastIndexOf((byte)'}'); length++) Assert.False(ReplyBody.TryRead(whole.AsSpan(0, length), RequestForm.Chat, out _));
    }

    [Theory]
    [InlineData("""{"choices":[]}""", "Chat")]
    [InlineData("""{"choices":null}""", "Chat")]
    [InlineData("""{"choices":[{"message":null}]}""", "Chat")]
    [InlineData("""{"choices":[{"text":"a"}]}""", "Chat")]
    [InlineData("""{"error":{"message":"no"}}""", "Chat")]
    [InlineData("""{"choices":[{"message":{}}]} x""", "Chat")]
    [InlineData("<html>", "Chat")]
    [InlineData("""{"choices":[{"message":{}}]}""", "Completion")]
    [InlineData("""{"choices":[{"text":"a"}]}""", "Embedding")]
    public void Something_else_is_none(string json, string form) => Assert.False(ReplyBody.TryRead(Encoding.UTF8.GetBytes(json), Enum.Parse<RequestForm>(form), out _));

    [Theory]
    [InlineData("""{"choices":[{"text":"a"}],"usage":{"prompt_tokens":3,"completion_tokens":null}}""", "Completion")]
    [InlineData("""{"data":[{"index":0,"embedding":[0.1,0.2]}],"usage":{"prompt_tokens":3,"prompt_tokens_details":null}}""", "Embedding")]
    public void The_other_forms_are_known(string json, string form)
    {
        Assert.True(ReplyBody.TryRead(Encoding.UTF8.GetBytes(json), Enum.Parse<RequestForm>(form), out TokenUsage? usage));
        Assert.Equal(new TokenUsage(3, 0, 0), usage);
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{}}]}""")]
    [InlineData("""{"choices":[{"message":{}}],"usage":null}""")]
    [InlineData("""{"choices":[{"message":{}}],"usage":[{}]}""")]
    [InlineData("""{"choices":[{"message":{}}],"usage":{}}""")]
    public void Usage_may_be_missing(string json)
    {
        Assert.True(ReplyBody.TryRead(Encoding.UTF8.GetBytes(json), RequestForm.Chat, out TokenUsage? usage));
        Assert.Null(usage);
    }
}
