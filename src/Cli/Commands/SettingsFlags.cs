using System.CommandLine;
using R2Synth.Cli.Settings;

namespace R2Synth.Cli.Commands;

/// <summary>The flags about settings that several verbs have.</summary>
internal sealed class SettingsFlags
{
    private readonly Option<string?> _config = new("--config")
    {
        HelpName = "FILE",
        Description = "A JSON file of settings over appsettings.json.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        HelpName = "Key=Value",
        Description = "One setting over all files and variables, for instance Pipeline:Parallelism=4. May be repeated.",
        Arity = ArgumentArity.OneOrMore,
    };

    public void AddTo(Command command)
    {
        command.Add(_set);
        command.Add(_config);
    }

    public SettingsSources Read(ParseResult parse) => new()
    {
        ConfigFile = parse.GetValue(_config),
        Sets = parse.GetValue(_set) ?? [],
    };
}
