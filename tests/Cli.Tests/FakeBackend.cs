using R2Synth.Inference;

namespace R2Synth.Cli.Tests;

internal sealed class FakeBackend(string name) : Backend
{
    public override string Name => name;

    public override string ModelIdentity => $"{name} v1";

    public override BackendAbilities Abilities => BackendAbilities.Chat | BackendAbilities.PromptScores;

    public override int? ContextTokens => null;

    public override bool Weak => true;

    public override int Concurrency => 1;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
