using Microsoft.Extensions.AI;
using R2Synth.Inference;

namespace R2Synth.Miners.Ranking;

/// <summary>What a judge can ask: the model behind it, as far as it can do each. Put the cache around each before they come here.</summary>
public sealed record JudgeModels
{
    /// <summary>Weighs tokens; null where the model does not.</summary>
    public ITokenScorer? Scorer { get; init; }

    /// <summary>Whether <see cref="Scorer"/> scores texts too (<see cref="BackendAbilities.PromptScores"/>).</summary>
    public bool ScoresTexts { get; init; } = true;

    /// <summary>Writes; null where the model does not.</summary>
    public IChatClient? Chat { get; init; }

    /// <summary>Reranks; null where the model does not.</summary>
    public IReranker? Reranker { get; init; }

    /// <summary>Whether the prompts for weak models are taken.</summary>
    public bool Weak { get; init; }

    /// <summary>Those of a backend, which was asked what it can do.</summary>
    public static JudgeModels Of(Backend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return new JudgeModels
        {
            Scorer = backend.Scorer,
            ScoresTexts = backend.Abilities.HasFlag(BackendAbilities.PromptScores),
            Chat = backend.Chat,
            Reranker = backend.Reranker,
            Weak = backend.Weak,
        };
    }
}
