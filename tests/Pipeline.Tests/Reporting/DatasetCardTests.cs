using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Tests.Reporting;

public sealed class DatasetCardTests
{
    [Fact]
    public void The_card_is_as_approved() => Approved.Check("DatasetCard.approved.md", DatasetCard.Render(Fixture.Run()));

    [Fact]
    public void The_card_does_not_depend_on_what_an_interruption_changes()
    {
        RunReportData run = Fixture.Run();
        Assert.Equal(DatasetCard.Render(run), DatasetCard.Render(run with { Calls = null }));
    }

    [Theory]
    [InlineData(999, "- n<1K")]
    [InlineData(1000, "- 1K<n<10K")]
    [InlineData(250_000, "- 100K<n<1M")]
    public void The_size_category_is_the_hubs(int groups, string line)
    {
        Assert.Contains($"\n{line}\n", DatasetCard.Render(Fixture.Run() with { TrainGroups = groups, DevGroups = 0 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("titles", "The queries are titles of the passages. Made by R2Synth.", false)]
    [InlineData("gecko titles", "The queries are synthetic: a language model wrote them, but for those of `titles`, which are titles of the passages. Made by R2Synth.", true)]
    [InlineData("gecko", "The queries are synthetic: a language model wrote them. Made by R2Synth.", true)]
    public void The_card_says_where_the_queries_come_from(string recipes, string line, bool synthetic)
    {
        RunReportData run = Fixture.Run();
        string card = DatasetCard.Render(run with
        {
            Recipes = [.. recipes.Split(' ').Select(name => run.Recipes[0] with { Recipe = RecipeCatalog.All.Single(recipe => recipe.Name == name) })],
        });

        Assert.Contains($"\n{line}\n", card, StringComparison.Ordinal);
        Assert.Equal(synthetic, card.Contains("\n- synthetic\n", StringComparison.Ordinal));
        Assert.Equal(recipes.Contains("titles", StringComparison.Ordinal), card.Contains("the attribute hidden_title has it", StringComparison.Ordinal));
    }

    [Fact]
    public void A_strong_generator_gets_no_warning()
    {
        RunReportData run = Fixture.Run();
        Assert.Contains("The generator is a weak model", DatasetCard.Render(run), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "The generator is a weak model",
            DatasetCard.Render(run with { Models = [.. run.Models.Select(model => model with { Weak = false })] }),
            StringComparison.Ordinal);
    }
}
