using Microsoft.Extensions.AI;

namespace R2Synth.Inference;

/// <summary>An opened model, in the process or behind a server: what it is, what it can do, and the seams to use it by. Thread-safe.</summary>
public abstract class Backend : IAsyncDisposable
{
    /// <summary>The name in the settings.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// What the replies depend on, in one line: model and checksum, library version, numeric settings. Part of every cache key and of <c>run.json</c>;
    /// never an address, never a key.
    /// </summary>
    public abstract string ModelIdentity { get; }

    /// <summary>What scores depend on: <see cref="ModelIdentity"/>, and how they are got where there are several ways. Part of the cache keys of scores.</summary>
    public virtual string ScorerIdentity => ModelIdentity;

    /// <summary>What it can do.</summary>
    public abstract BackendAbilities Abilities { get; }

    /// <summary>Longest request in tokens, reply included; null where it is not known.</summary>
    public abstract int? ContextTokens { get; }

    /// <summary>Whether prompts for a weak model (worked examples, one line a reply) are to be preferred.</summary>
    public abstract bool Weak { get; }

    /// <summary>Requests worth having under way at once.</summary>
    public abstract int Concurrency { get; }

    /// <summary>Writes text; null without <see cref="BackendAbilities.Chat"/>.</summary>
    public virtual IChatClient? Chat => null;

    /// <summary>Embeds text; null without <see cref="BackendAbilities.Embeddings"/>.</summary>
    public virtual IEmbeddingGenerator<string, Embedding<float>>? Embeddings => null;

    /// <summary>Whether embedding a text again is quicker than looking its vector up in a cache of calls: then such a cache is left out.</summary>
    public virtual bool EmbedsQuickerThanCache => false;

    /// <summary>Scores text; null without <see cref="BackendAbilities.PromptScores"/> and <see cref="BackendAbilities.TokenScores"/>.</summary>
    public virtual ITokenScorer? Scorer => null;

    /// <summary>Embeds tokens; null without <see cref="BackendAbilities.TokenEmbeddings"/>.</summary>
    public virtual ITokenEmbedder? TokenEmbedder => null;

    /// <summary>Reads prompts; null without <see cref="BackendAbilities.PromptStates"/>.</summary>
    public virtual IPromptEncoder? PromptEncoder => null;

    /// <summary>How many tokens a text has under the model's own vocabulary; null where that can only be estimated.</summary>
    public virtual int? CountTokens(string text) => null;

    /// <summary>What went wrong so far and did not end the run: endpoints that were taken out for good, each with its reason.</summary>
    public virtual IReadOnlyList<string> Warnings => [];

    /// <summary>
    /// Finds out, before the first call that costs anything, whether the model is there, takes the key, and can do what a run needs; <see cref="Abilities"/> are final only then.
    /// </summary>
    /// <param name="needs">What the run will ask of it. Only these are looked into.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Records.InputException">It is not there, refuses the key, or does not serve the model. A missing ability is no error here.</exception>
    public virtual Task ProbeAsync(BackendAbilities needs, CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
