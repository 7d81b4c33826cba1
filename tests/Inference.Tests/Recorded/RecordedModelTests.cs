using Microsoft.Extensions.AI;
using R2Synth.Inference.Tests.LlamaCpp;

namespace R2Synth.Inference.Tests.Recorded;

/// <summary>Recordings of the models in the process.</summary>
[Collection("model")]
public sealed class RecordedModelTests : IDisposable
{
    private readonly Recordings _recordings = new();

    public void Dispose() => _recordings.Dispose();

    [Fact]
    public async Task Scores_are_replayed_to_the_bit_and_in_any_grouping()
    {
        Continuation[] continuations =
        [
            new() { Lead = "\nSearch query:", Text = " how do bees talk", Then = "\nDoes the passage answer the search query?", Labels = [" Yes", " No"] },
            new() { Lead = "\nSearch query:", Text = " what sets concrete" },
        ];
        string prefix = "Passage: " + TestModels.Passages[0];
        IReadOnlyList<ContinuationScore> live;
        await using (Backend backend = await OpenAsync(TestModels.Writer))
        {
            live = await backend.Scorer!.ScoreAsync(prefix, continuations);
            await Assert.ThrowsAsync<ContextExceededException>(() => backend.Scorer.ScoreAsync(string.Concat(Enumerable.Repeat(prefix, 60)), continuations));
        }

        await using Backend replay = await _recordings.ReplayAsync();
        Assert.Equal(BackendAbilities.Chat | BackendAbilities.StructuredOutput | BackendAbilities.TokenScores | BackendAbilities.PromptScores, replay.Abilities);

        IReadOnlyList<ContinuationScore> all = await replay.Scorer!.ScoreAsync(prefix, continuations);
        ContinuationScore second = Assert.Single(await replay.Scorer.ScoreAsync(prefix, [continuations[1]]));

        Assert.Equal(live.Select(Bits), all.Select(Bits));
        Assert.Equal(Bits(live[1]), Bits(second));
        await Assert.ThrowsAsync<ContextExceededException>(() => replay.Scorer.ScoreAsync(string.Concat(Enumerable.Repeat(prefix, 60)), continuations));
    }

    [Fact]
    public async Task Embeddings_are_replayed_to_the_bit_and_in_any_grouping()
    {
        GeneratedEmbeddings<Embedding<float>> live;
        await using (Backend backend = await OpenAsync(TestModels.Embedder)) live = await backend.Embeddings!.GenerateAsync(TestModels.Passages[..3]);
        await using Backend replay = await _recordings.ReplayAsync();

        GeneratedEmbeddings<Embedding<float>> again = await replay.Embeddings!.GenerateAsync([TestModels.Passages[2], TestModels.Passages[0], TestModels.Passages[1]]);

        Assert.Equal(BackendAbilities.Embeddings, replay.Abilities);
        Assert.Null(replay.Chat);
        Assert.Equal(live.Usage!.InputTokenCount, again.Usage!.InputTokenCount);
        Assert.Equal([.. live[2].Vector.ToArray(), .. live[0].Vector.ToArray(), .. live[1].Vector.ToArray()], again.SelectMany(embedding => embedding.Vector.ToArray()));
    }

    // Relative model paths start from the settings' folder, so the recording's is given whole.
    private Task<Backend> OpenAsync(string model)
    {
        BackendOptions options = TestModels.Options(model);
        options.Threads = 1;
        options.ContextTokens = 512;
        options.LongSequences = 0;
        options.RecordTo = _recordings.File;
        return BackendFactory.OpenAsync("test", options, TestModels.Folder);
    }

    private static string Bits(ContinuationScore score) =>
        string.Join(' ', [BitConverter.DoubleToInt64Bits(score.LogLikelihood), score.Tokens, score.TokensRead, .. score.Labels.Select(BitConverter.DoubleToInt64Bits)]);
}
