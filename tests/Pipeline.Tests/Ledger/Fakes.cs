using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Ledger;

/// <summary>Answers with the number of the call.</summary>
internal sealed class FakeChatClient : IChatClient
{
    public int Calls { get; private set; }

    public Func<int, ChatResponse> Reply { get; init; } = call => new ChatResponse(new ChatMessage(ChatRole.Assistant, $"reply {call}"));

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(Reply(++Calls));

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

/// <summary>Scores by length, and remembers what it was asked.</summary>
internal sealed class FakeTokenScorer : ITokenScorer
{
    public List<string[]> Asked { get; } = [];

    public decimal Cost { get; init; }

    public Func<string, bool> Fails { get; init; } = _ => false;

    public Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default)
    {
        Asked.Add([.. continuations.Select(continuation => continuation.Text)]);
        if (continuations.Any(continuation => Fails(continuation.Text))) throw new InputException("The budget is used up.");
        return Task.FromResult<IReadOnlyList<ContinuationScore>>(
        [
            .. continuations.Select(continuation => new ContinuationScore
            {
                LogLikelihood = -continuation.Text.Length / 3.0,
                Tokens = continuation.Text.Length,
                Labels = [.. continuation.Labels.Select((_, i) => i == 0 ? double.NegativeInfinity : -0.1 * i)],
                TokensRead = 10,
                Cost = Cost,
            }),
        ]);
    }

    public Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default)
    {
        Asked.Add([prompt]);
        return Task.FromResult<IReadOnlyList<NextToken>>(
        [
            .. Enumerable.Range(0, top).Select(i => new NextToken($" {prompt}\uFFFD{i}", i == 3 ? double.NegativeInfinity : -(i + 1) / 3.0, i % 2 == 0 ? i / 7.0 : null)),
        ]);
    }
}

/// <summary>Embeds by length, and remembers the sizes of its batches.</summary>
internal sealed class FakeEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    public List<int> Batches { get; } = [];

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        Batches.Add(texts.Length);
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(text => new Embedding<float>(new[] { text.Length, 0.1f, float.Epsilon })))
        {
            Usage = new UsageDetails { InputTokenCount = texts.Length },
        });
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
