using System.Text;
using Microsoft.Extensions.AI;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.LlamaCpp;

/// <summary>Models of other kinds than the shipped one, made of its weights: templates that think, fail or are not there, other rules of beginning and end.</summary>
[Collection("model")]
public sealed class AnyGgufTests : IDisposable
{
    private const string ThinkingTemplate =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}";

    private readonly string _folder = Directory.CreateTempSubdirectory("r2synth-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Thinking_is_switched_off_where_the_template_has_a_switch()
    {
        await using LlamaCppBackend backend = await OpenAsync(("tokenizer.chat_template", ThinkingTemplate));
        Tokenizer tokenizer = backend.Engine!.Tokenizer;
        ChatTemplate template = new(backend.Model, tokenizer, "test");
        Assert.EndsWith("<|im_start|>assistant\n<think>\n\n</think>\n\n", template.Apply([("user", "Hello")]), StringComparison.Ordinal);
        Assert.True(template.Thinks);
        Assert.NotEmpty((await backend.Chat!.GetResponseAsync("Hello", new ChatOptions { MaxOutputTokens = 4 })).Text);

        await using LlamaCppBackend shipped = await TestModels.OpenAsync(sequences: 1, context: 64);
        ChatTemplate plain = new(shipped.Model, shipped.Engine!.Tokenizer, "test");
        Assert.EndsWith("<|im_start|>assistant\n", plain.Apply([("user", "Hello")]), StringComparison.Ordinal);
        Assert.False(plain.Thinks);
    }

    [Theory]
    [InlineData("{{ raise_exception('no') }}", "llama.cpp does not know the kind of the chat template in 'copy.gguf'")]
    [InlineData("", "llama.cpp does not know the kind of the chat template in 'copy.gguf'")]
    public async Task A_template_that_fails_is_refused_before_any_work_and_completions_go_on(string template, string expected)
    {
        await using LlamaCppBackend backend = await OpenAsync(("tokenizer.chat_template", template));
        var error = await Assert.ThrowsAsync<InputException>(() => backend.Chat!.GetResponseAsync("Hello"));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), backend.Engine!.PromptTokens);
        ChatOptions completion = new() { MaxOutputTokens = 2, AdditionalProperties = new AdditionalPropertiesDictionary { [CallOptions.Completion] = true } };
        Assert.NotEmpty((await backend.Chat!.GetResponseAsync("One, two,", completion)).Text);
    }

    [Fact]
    public async Task The_models_own_marks_stand_at_the_beginning_and_none_ends_a_prompt()
    {
        await using LlamaCppBackend backend = await OpenAsync(("tokenizer.ggml.add_bos_token", true), ("tokenizer.ggml.add_eos_token", true));
        await using LlamaCppBackend shipped = await TestModels.OpenAsync(sequences: 1, context: 64);
        int[] plain = shipped.Engine!.Tokenizer.Encode("One, two, three");
        int[] marked = backend.Engine!.Tokenizer.Encode("One, two, three");
        Assert.Equal(plain, marked[1..]);
        Assert.Equal("", backend.Engine.Tokenizer.Text(marked[0]));
    }

    [Fact]
    public void Thoughts_are_stripped_and_stop_texts_count_after_them()
    {
        Assert.Equal("Yes.", Thinking.Strip("<think>\nIs it?\n</think>\n\nYes."));
        Assert.Equal("Yes.", Thinking.Strip("It may be.</think> Yes."));
        Assert.Equal("", Thinking.Strip(" <think>\nIs it"));
        Assert.Equal("Plain.", Thinking.Strip("Plain."));
    }

    [Theory]
    [InlineData("<think>\na\n</think>b\nc", true, "<think>\na\n</think>b")]
    [InlineData("\n<think>\na", true, "\n<think>\na")]
    [InlineData("ab\nc", true, "ab")]
    [InlineData("<think>\na\n</think>b\nc", false, "<think>")]
    public async Task A_stop_text_in_thoughts_does_not_end_the_reply(string written, bool thinks, string expected)
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync(sequences: 1, context: 64);
        Tokenizer tokenizer = backend.Engine!.Tokenizer;
        ReplyText text = new([Encoding.UTF8.GetBytes("\n")], thinks);
        _ = tokenizer.EncodePiece(written).Any(token => text.Append(token, tokenizer));
        Assert.Equal(expected, text.ToString());
    }

    [Fact]
    public void Too_little_memory_for_the_context_is_refused_with_the_numbers()
    {
        GgufHeader header = GgufHeader.Read(Path.Combine(TestModels.Folder, TestModels.Writer));
        Assert.Equal(23_040, header.KvBytesPerToken(KvType.Half)); // 30 layers x 3 heads x 2 x 64 x 2 bytes
        ContextMemory.Check(header, 1024, 20, KvType.Half, 571_000_000);
        ContextMemory.Check(header, 1024, 20, KvType.Half, null);
        var error = Assert.Throws<InputException>(() => ContextMemory.Check(header, 1024, 20, KvType.Half, 500_000_000));
        Assert.Equal(
            "Too little memory for 'SmolLM2-135M-Instruct-Q4_1.gguf': 20 x 1024 tokens of context take 472 MB and the weights 98 MB, but 500 MB are free. "
            + "Lower the backend's Sequences or ContextTokens (for long requests LongSequences or LongContextTokens), or take a smaller model.",
            error.Message);
        Assert.InRange(ContextMemory.Available() ?? long.MaxValue, 1, long.MaxValue);
    }

    private async Task<LlamaCppBackend> OpenAsync(params (string Key, object Value)[] values)
    {
        string copy = Path.Combine(_folder, "copy.gguf");
        GgufCopy.Write(Path.Combine(TestModels.Folder, TestModels.Writer), copy, values);
        return (LlamaCppBackend)await BackendFactory.OpenAsync("test", new BackendOptions { Kind = "LlamaCpp", Model = copy, ContextTokens = 128, LongSequences = 0, Sequences = 1, Threads = 1 }, _folder);
    }
}
