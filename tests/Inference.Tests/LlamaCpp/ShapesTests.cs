using Microsoft.Extensions.AI;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Inference.Tests.LlamaCpp;

/// <summary>Many short sequences and few long ones on the same weights: a request goes by its own length, and its bits do not depend on where it went.</summary>
[Collection("model")]
public sealed class ShapesTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 14).Select(i => TestModels.Passages[i % 8])); // about 300 tokens

    private static void Shape(BackendOptions options)
    {
        options.LongContextTokens = 768;
        options.LongSequences = 1;
    }

    [Fact]
    public async Task A_request_goes_by_its_length_and_gets_the_same_bits()
    {
        await using LlamaCppBackend one = await TestModels.OpenAsync(sequences: 2, context: 768);
        await using LlamaCppBackend two = await TestModels.OpenAsync(sequences: 3, context: 256, change: Shape);
        Assert.Equal((768, 768), (one.ContextTokens, two.ContextTokens));

        Assert.Equal(await ReplyAsync(one, TestModels.Prompt(TestModels.Passages[0])), await ReplyAsync(two, TestModels.Prompt(TestModels.Passages[0])));
        Assert.False(two.Engine!.HasLong, "a short request made the long sequences");

        // All at once, short beside long.
        string[] prompts = [Long, TestModels.Prompt(TestModels.Passages[1]), Long + " Bees"];
        string[] expected = await Task.WhenAll(prompts.Select(prompt => ReplyAsync(one, prompt)));
        string[] found = await Task.WhenAll(prompts.Select(prompt => ReplyAsync(two, prompt)));
        Assert.Equal(expected, found);
        Assert.True(two.Engine.HasLong);

        // One call, one text of each length.
        Continuation[] texts = [new() { Text = " tea", Labels = [" yes"] }, new() { Lead = Long, Text = " bees", Labels = [" no"] }];
        IReadOnlyList<ContinuationScore> apart = await one.Scorer!.ScoreAsync("Passage:", texts);
        IReadOnlyList<ContinuationScore> mixed = await two.Scorer!.ScoreAsync("Passage:", texts);
        Assert.Equal(apart.Select(score => (score.LogLikelihood, score.Labels[0])), mixed.Select(score => (score.LogLikelihood, score.Labels[0])));
    }

    [Fact]
    public async Task A_reply_of_default_length_takes_what_room_there_is_and_a_longer_request_names_both_numbers()
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync(sequences: 1, context: 128, change: options =>
        {
            options.LongContextTokens = 320;
            options.LongSequences = 1;
        });
        string prompt = string.Join(' ', Enumerable.Repeat("one", 310));
        ChatResponse reply = await backend.Chat!.GetResponseAsync([new(ChatRole.User, prompt)], Completion(null));
        Assert.InRange(reply.Usage!.TotalTokenCount!.Value, 311, 320);

        var error = await Assert.ThrowsAsync<ContextExceededException>(() => backend.Chat.GetResponseAsync([new(ChatRole.User, prompt)], Completion(64)));
        Assert.Equal((320, 310 + 64), (error.Limit, error.Tokens));
        Assert.Contains("needs 374 tokens and one sequence holds 320", error.Message, StringComparison.Ordinal);
    }

    private static ChatOptions Completion(int? tokens) => new()
    {
        Temperature = 0.7f,
        Seed = 3,
        MaxOutputTokens = tokens,
        AdditionalProperties = new AdditionalPropertiesDictionary { [CallOptions.Completion] = true },
    };

    private static async Task<string> ReplyAsync(LlamaCppBackend backend, string prompt) =>
        (await backend.Chat!.GetResponseAsync([new(ChatRole.User, prompt)], Completion(6))).Text;
}
