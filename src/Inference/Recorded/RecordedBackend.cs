using Microsoft.Extensions.AI;
using R2Synth.Records;

namespace R2Synth.Inference.Recorded;

/// <summary>Answers from a recording, as the backend that it was made from: same identity and abilities, so that the same run gives the same shards without it.</summary>
internal sealed class RecordedBackend : Backend
{
    private readonly RecordingReader _recording;

    private RecordedBackend(string name, RecordingReader recording)
    {
        Name = name;
        _recording = recording;
        BackendAbilities abilities = recording.Header.Abilities;
        if (abilities.HasFlag(BackendAbilities.Chat)) Chat = new RecordedChatClient(recording);
        if (abilities.HasFlag(BackendAbilities.Embeddings)) Embeddings = new RecordedEmbeddingGenerator(recording);
        if ((abilities & (BackendAbilities.PromptScores | BackendAbilities.TokenScores)) != 0) Scorer = new RecordedScorer(recording);
        if (abilities.HasFlag(BackendAbilities.Rerank)) Reranker = new RecordedReranker(recording);
    }

    public override string Name { get; }

    public override string ModelIdentity => _recording.Header.Model;

    public override string ScorerIdentity => _recording.Header.Scorer;

    public override BackendAbilities Abilities => _recording.Header.Abilities;

    public override int? ContextTokens => _recording.Header.ContextTokens;

    public override bool Weak => _recording.Header.Weak;

    public override int Concurrency => _recording.Header.Concurrency;

    public override IChatClient? Chat { get; }

    public override IEmbeddingGenerator<string, Embedding<float>>? Embeddings { get; }

    public override ITokenScorer? Scorer { get; }

    public override IReranker? Reranker { get; }

    /// <summary>Opens a recording.</summary>
    /// <param name="name">The backend's name in the settings.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="folder">Where a relative path starts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">A setting does not fit, or the file is missing, empty or something else.</exception>
    public static async Task<Backend> OpenAsync(string name, BackendOptions options, string folder, CancellationToken cancellationToken)
    {
        string setting = $"R2Synth:Backends:{name}";
        if (string.IsNullOrWhiteSpace(options.Path))
            throw new InputException($"Setting {setting}:Path is empty. It must name the recording: a file that another backend's RecordTo wrote.");
        if (options.RecordTo is not null)
            throw new InputException($"Setting {setting}:RecordTo does not apply to Kind 'Recorded', which calls no model. Remove it, or copy the file.");
        if (options.Model.Length > 0 || options.Weak || options.Endpoints.Count > 0)
            throw new InputException($"Setting {setting} is of Kind 'Recorded', which takes Path alone: the recording says what the model was. Remove Model, Weak and Endpoints.");
        return new RecordedBackend(name, await RecordingReader.OpenAsync(name, Path.GetFullPath(options.Path, Path.GetFullPath(folder)), cancellationToken));
    }

    public override ValueTask DisposeAsync() => _recording.DisposeAsync();
}
