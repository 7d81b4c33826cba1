using Microsoft.Extensions.AI;
using R2Synth.Records;

namespace R2Synth.Inference.Recorded;

/// <summary>Any backend, with every call and its reply added to a file.</summary>
internal sealed class RecordingBackend : Backend
{
    private readonly Backend _inner;
    private readonly RecordingWriter _recording;

    private RecordingBackend(Backend inner, RecordingWriter recording) => (_inner, _recording) = (inner, recording);

    /// <summary>What a recording has no line for: vectors of tokens and whole vocabularies would make it unreadable.</summary>
    internal const BackendAbilities NotRecorded = BackendAbilities.TokenEmbeddings | BackendAbilities.PromptStates;

    public override string Name => _inner.Name;

    public override string ModelIdentity => _inner.ModelIdentity;

    public override string ScorerIdentity => _inner.ScorerIdentity;

    public override BackendAbilities Abilities => _inner.Abilities & ~NotRecorded;

    public override int? ContextTokens => _inner.ContextTokens;

    public override bool Weak => _inner.Weak;

    public override int Concurrency => _inner.Concurrency;

    public override IReadOnlyList<string> Warnings => _inner.Warnings;

    public override IChatClient? Chat => _inner.Chat is { } chat ? new RecordingChatClient(chat, _recording) : null;

    public override IEmbeddingGenerator<string, Embedding<float>>? Embeddings =>
        _inner.Embeddings is { } embeddings ? new RecordingEmbeddingGenerator(embeddings, _recording) : null;

    public override ITokenScorer? Scorer => _inner.Scorer is { } scorer ? new RecordingScorer(scorer, _recording) : null;

    /// <summary>Opens the file; the backend is this one's to dispose of, also where that fails.</summary>
    /// <param name="inner">The backend.</param>
    /// <param name="path">The recording's full path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The file cannot be written, or is a recording of another model.</exception>
    public static async Task<Backend> OpenAsync(Backend inner, string path, CancellationToken cancellationToken)
    {
        try
        {
            string setting = $"R2Synth:Backends:{inner.Name}:{nameof(BackendOptions.RecordTo)}";
            return new RecordingBackend(inner, await RecordingWriter.OpenAsync(setting, path, inner, cancellationToken));
        }
        catch
        {
            await inner.DisposeAsync();
            throw;
        }
    }

    public override int? CountTokens(string text) => _inner.CountTokens(text);

    public override async Task ProbeAsync(BackendAbilities needs, CancellationToken cancellationToken = default)
    {
        await _inner.ProbeAsync(needs, cancellationToken);
        _recording.Check();
    }

    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync();
        await _recording.DisposeAsync();
    }
}
