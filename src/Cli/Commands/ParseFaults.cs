using System.CommandLine;
using System.CommandLine.Parsing;
using R2Synth.Records;

namespace R2Synth.Cli.Commands;

/// <summary>Command lines that do not parse: every fault, then where help is.</summary>
internal static class ParseFaults
{
    public static bool Found(ParseResult parse) => parse.Errors.Count > 0 && parse.Action is not { ClearsParseErrors: true } and not null;

    public static int Write(ParseResult parse, TextWriter stderr)
    {
        Command command = parse.CommandResult.Command;
        // After a misspelt verb nothing else can be told, not even that a verb is missing.
        bool verbUnknown = command.Subcommands.Count > 0 && parse.UnmatchedTokens.Count > 0;
        IEnumerable<ParseError> faults = verbUnknown
            ? parse.Errors.Where(e => e.Message.Contains($"'{parse.UnmatchedTokens[0]}'", StringComparison.Ordinal)).Take(1)
            : parse.Errors;
        foreach (string fault in faults.Select(e => e.Message).Distinct(StringComparer.Ordinal))
        {
            stderr.WriteLine($"r2synth: {fault}{Suggestion(fault, parse, command)}");
        }

        stderr.WriteLine($"See: {Path(parse.CommandResult)} --help");
        return ExitCodes.BadInput;
    }

    private static string Suggestion(string fault, ParseResult parse, Command command)
    {
        string? token = parse.UnmatchedTokens.FirstOrDefault(t => fault.Contains($"'{t}'", StringComparison.Ordinal));
        if (token is null) return "";
        IEnumerable<string> known = command.Subcommands.Select(c => c.Name)
            .Concat(command.Options.Concat(parse.RootCommandResult.Command.Options).Select(o => o.Name));
        return Nearest.To(token, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
    }

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "r2synth";
}
