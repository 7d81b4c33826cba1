[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace R2Synth.EndToEnd.Tests;

/// <summary>The tests that run a model, one after the other: two at once starve each other.</summary>
[CollectionDefinition(Name)]
public sealed class ModelRuns : ICollectionFixture<FirstRun>
{
    public const string Name = "runs a model";
}
