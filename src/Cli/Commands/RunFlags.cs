using System.CommandLine;
using R2Synth.Cli.Settings;
using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Commands;

/// <summary>The flags of <c>r2synth run</c>, and what they ask for.</summary>
internal sealed class RunFlags
{
    private readonly Argument<string[]> _recipes = new("RECIPE")
    {
        Description = "The recipes; see r2synth recipes.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _corpus = new("--corpus")
    {
        HelpName = "PATH",
        Description = "A BEIR folder, a JSONL file, or a folder of txt, md and html.",
    };

    private readonly Option<string?> _topics = new("--topics") { HelpName = "FILE", Description = "A file with a topic a line." };

    private readonly Option<string?> _out = new("--out")
    {
        HelpName = "DIR",
        Description = "The run's folder. Default: outputs/ and the recipes' names joined by '-'.",
    };

    private readonly Option<int?> _count = Numbers.Int("--count", "N", "Seed passages (gecko, titles) or examples (e5) that each recipe begins; filters make fewer groups of them. Default: each recipe's own setting.", 1);
    private readonly Option<long?> _seed = Numbers.Long("--seed", "S", "The seed that every random choice follows from. Default: 1.");

    private readonly Option<string?> _languages = new("--languages")
    {
        HelpName = "en,de",
        Description = "Languages to write in, as ISO 639-1 codes. Default: en.",
    };

    private readonly Option<string?> _generator = new("--generator") { HelpName = "NAME", Description = "The backend that writes." };
    private readonly Option<string?> _judge = new("--judge") { HelpName = "NAME", Description = "The backend that judges." };
    private readonly Option<string?> _embedder = new("--embedder") { HelpName = "NAME", Description = "The backend that embeds." };
    private readonly SettingsFlags _settings = new();
    private readonly Option<decimal?> _budget = Numbers.Dollars(
        "--budget", "USD", "The most that the run may cost over all its starts, in US dollars, for instance 2.50. It stops before that with everything kept; a larger one goes on.");

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything, print the calls, tokens and price to expect, and stop. Calls no model." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress and no closing tables." };

    public void AddTo(Command command)
    {
        // The parser takes a misspelt option for a recipe.
        _recipes.Validators.Add(result =>
        {
            foreach (string option in result.Tokens.Select(t => t.Value).Where(v => v.StartsWith('-')))
            {
                string nearest = Nearest.To(option, command.Options.Select(o => o.Name)) is { } name ? $" Did you mean '{name}'?" : "";
                result.AddError($"There is no option '{option}'.{nearest}");
            }
        });
        command.Add(_recipes);
        foreach (Option option in (Option[])[_corpus, _topics, _out, _count, _seed, _languages, _generator, _judge, _embedder]) command.Add(option);
        _settings.AddTo(command);
        command.Add(_budget);
        command.Add(_dryRun);
        command.Add(_quiet);
    }

    public bool Quiet(ParseResult parse) => parse.GetValue(_quiet);

    public SettingsSources Sources(ParseResult parse) => _settings.Read(parse) with
    {
        Flags =
        [
            (nameof(R2SynthOptions.Generator), parse.GetValue(_generator), "--generator"),
            (nameof(R2SynthOptions.Judge), parse.GetValue(_judge), "--judge"),
            (nameof(R2SynthOptions.Embedder), parse.GetValue(_embedder), "--embedder"),
        ],
    };

    public RunRequest Request(ParseResult parse)
    {
        string[] recipes = parse.GetValue(_recipes) ?? [];
        var request = new RunRequest
        {
            Recipes = recipes,
            Out = parse.GetValue(_out) ?? $"outputs/{string.Join('-', recipes)}",
            Corpus = parse.GetValue(_corpus),
            Topics = parse.GetValue(_topics),
            Count = parse.GetValue(_count),
            Budget = parse.GetValue(_budget),
            DryRun = parse.GetValue(_dryRun),
        };
        if (parse.GetValue(_seed) is { } seed) request = request with { Seed = seed };
        if (parse.GetValue(_languages) is { } languages)
        {
            request = request with { Languages = languages.Split(',', StringSplitOptions.TrimEntries) };
        }

        return request;
    }
}
