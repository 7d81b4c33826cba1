using System.ComponentModel.DataAnnotations;
using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Tests.Ranking;

public class JudgesOptionsTests
{
    [Fact]
    public void Defaults_are_the_papers()
    {
        JudgesOptions options = new();
        Assert.Equal((20, 10, 300, 0.5), (options.ListwiseWindow, options.ListwiseStep, options.ListwiseWords, options.ListwiseFewestNamed));
        Assert.Equal((4, 10), (options.SetwiseSize, options.SetwiseTop));
        Assert.Equal((PairwiseMethod.AllPair, 10), (options.Pairwise, options.PairwisePasses));
        Assert.Null(options.Method); // mine and the recipes have their own
        Assert.Null(options.Combination);
        Assert.Equal((LikelihoodOf.Mean, JudgeWeighting.Equal, ""), (options.Likelihood, options.Weights, options.Instruction));
        Assert.Empty(Faults(options));
    }

    [Theory]
    [InlineData(nameof(JudgesOptions.ListwiseWindow), 1, 2)]
    [InlineData(nameof(JudgesOptions.ListwiseStep), 0, 1)]
    [InlineData(nameof(JudgesOptions.ListwiseWords), 7, 8)]
    [InlineData(nameof(JudgesOptions.SetwiseSize), 2, 3)]
    [InlineData(nameof(JudgesOptions.SetwiseSize), 13, 12)]
    [InlineData(nameof(JudgesOptions.SetwiseTop), 0, 1)]
    [InlineData(nameof(JudgesOptions.PairwisePasses), 0, 1)]
    [InlineData(nameof(JudgesOptions.PickWords), 7, 8)]
    [InlineData(nameof(JudgesOptions.RerankWords), 8001, 8000)]
    [InlineData(nameof(JudgesOptions.RerankDocuments), 0, 1)]
    public void Each_bound_holds(string name, int outside, int inside)
    {
        JudgesOptions options = new();
        typeof(JudgesOptions).GetProperty(name)!.SetValue(options, outside);
        Assert.Equal([name], Faults(options));
        typeof(JudgesOptions).GetProperty(name)!.SetValue(options, inside);
        Assert.Empty(Faults(options));
    }

    private static IReadOnlyList<string> Faults(JudgesOptions options)
    {
        List<ValidationResult> faults = [];
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        return [.. faults.SelectMany(fault => fault.MemberNames)];
    }
}
