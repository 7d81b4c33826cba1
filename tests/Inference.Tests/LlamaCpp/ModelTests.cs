namespace R2Synth.Inference.Tests.LlamaCpp;

/// <summary>Everything that runs a model, one test at a time: two engines on two cores would spin against each other.</summary>
[CollectionDefinition("model", DisableParallelization = true)]
public sealed class ModelTests;
