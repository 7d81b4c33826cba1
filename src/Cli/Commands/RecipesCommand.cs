using System.CommandLine;
using R2Synth.Cli.Output;
using R2Synth.Inference;
using R2Synth.Pipeline.Recipes;
using Spectre.Console;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth recipes</c>: what there is, and what each needs.</summary>
internal static class RecipesCommand
{
    public static Command Create(Invocation invocation)
    {
        Option<bool> json = JsonFlag.Create();
        var command = new Command("recipes", "List the recipes: what each makes, its paper, what it needs.") { json };
        command.SetAction(parse => Write(invocation, parse.GetValue(json)));
        return command;
    }

    private static int Write(Invocation invocation, bool json)
    {
        if (json)
        {
            JsonOutput.Write(invocation.Out, RecipeCatalog.All.Select(AsDocument).ToArray());
            return ExitCodes.Done;
        }

        Table table = Tables.Create("recipe", "makes", "paper", "needs");
        table.ShowRowSeparators = true;
        foreach (RecipeDescription recipe in RecipeCatalog.All) table.Row(recipe.Name, recipe.Makes, recipe.Paper, string.Join('\n', Needs(recipe)));
        invocation.OutConsole.Write(table);
        return ExitCodes.Done;
    }

    private static object AsDocument(RecipeDescription recipe) => new
    {
        recipe.Name,
        recipe.Makes,
        recipe.Paper,
        recipe.NeedsCorpus,
        recipe.NeedsTopics,
        GeneratorNeeds = AbilityText.Names(recipe.GeneratorNeeds),
        JudgeNeeds = AbilityText.Names(recipe.JudgeNeeds),
        EmbedderNeeds = AbilityText.Names(recipe.EmbedderNeeds),
    };

    private static IEnumerable<string> Needs(RecipeDescription recipe)
    {
        if (recipe.NeedsCorpus) yield return "--corpus";
        if (recipe.NeedsTopics) yield return "--topics";
        (string Role, BackendAbilities Abilities)[] roles =
        [
            ("generator", recipe.GeneratorNeeds), ("judge", recipe.JudgeNeeds), ("embedder", recipe.EmbedderNeeds),
        ];
        foreach ((string role, BackendAbilities abilities) in roles.Where(r => r.Abilities != BackendAbilities.None))
        {
            yield return $"{role}: {string.Join(", ", AbilityText.Names(abilities))}";
        }
    }
}
