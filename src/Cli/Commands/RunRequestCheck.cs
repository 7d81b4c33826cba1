using R2Synth.Pipeline;
using R2Synth.Pipeline.Recipes;
using R2Synth.Records;

namespace R2Synth.Cli.Commands;

/// <summary>What can be told of a request from the command line alone.</summary>
internal static class RunRequestCheck
{
    /// <exception cref="InputException">All findings.</exception>
    public static void OrThrow(RunRequest request, AppEnvironment environment)
    {
        string[] findings = [.. Recipes(request), .. Inputs(request, environment), .. Languages(request.Languages)];
        if (findings.Length > 0) throw new InputException(Findings.Join(findings, "things"));
    }

    private static IEnumerable<string> Recipes(RunRequest request)
    {
        string[] known = [.. RecipeCatalog.All.Select(r => r.Name)];
        foreach (string name in request.Recipes.Distinct(StringComparer.Ordinal).Where(r => !known.Contains(r, StringComparer.Ordinal)))
        {
            string nearest = Nearest.To(name, known) is { } near ? $" Did you mean '{near}'?" : "";
            yield return $"There is no recipe '{name}'. Recipes: {string.Join(", ", known)}.{nearest}";
        }

        foreach (IGrouping<string, string> twice in request.Recipes.GroupBy(r => r, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"Recipe '{twice.Key}' is named {twice.Count()} times. Name it once; --count says how many groups it makes.";
        }
    }

    private static IEnumerable<string> Inputs(RunRequest request, AppEnvironment environment)
    {
        RecipeDescription[] recipes = [.. RecipeCatalog.All.Where(r => request.Recipes.Contains(r.Name, StringComparer.Ordinal))];
        if (request.Corpus is null && recipes.FirstOrDefault(r => r.NeedsCorpus) is { } corpusRecipe)
        {
            yield return $"Recipe '{corpusRecipe.Name}' needs --corpus PATH: a BEIR folder, a JSONL file, or a folder of txt, md and html. To try it: --corpus samples/field-guides.";
        }

        if (request.Topics is null && recipes.FirstOrDefault(r => r.NeedsTopics) is { } topicsRecipe)
        {
            yield return $"Recipe '{topicsRecipe.Name}' needs --topics FILE: a file with a topic a line. To try it: --topics samples/topics.txt.";
        }

        if (request.Corpus is { } corpus && !Path.Exists(environment.Resolve(corpus)))
        {
            yield return $"--corpus {corpus}: there is no such file or folder. Give a BEIR folder, a JSONL file, or a folder of txt, md and html.";
        }

        if (request.Topics is { } topics && !File.Exists(environment.Resolve(topics)))
        {
            yield return $"--topics {topics}: there is no such file. Give a text file with a topic a line.";
        }

        if (File.Exists(environment.Resolve(request.Out)))
        {
            yield return $"--out {request.Out}: this is a file; name a folder.";
        }
    }

    private static IEnumerable<string> Languages(IReadOnlyList<string> languages) =>
        languages.Where(l => l.Length != 2 || !l.All(char.IsAsciiLetterLower))
            .Select(l => $"--languages has '{l}'; allowed: two-letter codes of ISO 639-1, for instance en,de.");
}
