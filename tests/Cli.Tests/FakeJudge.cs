using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Cli.Tests;

/// <summary>Scores a passage by what a test says; null is a failure.</summary>
internal sealed class FakeJudge(string name, Func<string, Passage, double?> score) : IPassageJudge
{
    public string Name => name;

    public JudgeCost Cost(int passages) => new(passages, passages);

    public Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. passages.Select(p => score(query, p) is double s ? JudgeVerdict.Of(s) : JudgeVerdict.Failed("not-json"))]);
}
