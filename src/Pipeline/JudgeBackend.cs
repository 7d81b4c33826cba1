using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline;

/// <summary>What the judges ask of a run's backend: each ability behind the cache, so that nothing is scored, written or reranked twice.</summary>
internal static class JudgeBackend
{
    /// <summary>The first of a judge's needs that a backend may serve; the whole first one where it serves none, for the message at start-up.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="backend">The backend, before it is asked.</param>
    public static BackendAbilities NeedOf(JudgeDescription judge, BackendInUse backend) =>
        judge.Needs.FirstOrDefault(backend.MayServe, judge.Needs[0]);

    /// <summary>The models for <see cref="Judges.Create"/>.</summary>
    /// <param name="use">The backend; its <see cref="BackendInUse.Needs"/> hold what the judge needs, and <see cref="BackendInUse.ProbeAsync"/> has found out what it can do.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="counters">Counts calls and hits.</param>
    public static JudgeModels Models(BackendInUse use, CallCache cache, RunCounters counters)
    {
        Backend backend = use.Backend;
        bool scores = (use.Abilities & (BackendAbilities.PromptScores | BackendAbilities.TokenScores)) != BackendAbilities.None;
        return new JudgeModels
        {
            Scorer = scores ? new CachedTokenScorer(new ProbedScorer(use), cache, use.ScorerIdentity, counters, oneByOne: use.IsServer) : null,
            ScoresTexts = use.Abilities.HasFlag(BackendAbilities.PromptScores),
            Chat = backend.Chat is { } chat ? new CachedChatClient(chat, cache, backend.ModelIdentity, counters) : null,
            Reranker = use.Abilities.HasFlag(BackendAbilities.Rerank) ? new CachedReranker(new ProbedReranker(use), cache, backend.ModelIdentity, counters) : null,
            Weak = backend.Weak,
        };
    }
}
