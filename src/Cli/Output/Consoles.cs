using Spectre.Console;

namespace R2Synth.Cli.Output;

/// <summary>Consoles over the program's two streams.</summary>
internal static class Consoles
{
    /// <summary>Columns where there is no terminal to ask.</summary>
    private const int PlainWidth = 120;

    /// <summary>A console over a writer: colours and cursor on a terminal only, no colours where <c>NO_COLOR</c> is set.</summary>
    public static IAnsiConsole Create(TextWriter writer, AppEnvironment environment)
    {
        var output = new AnsiConsoleOutput(writer);
        bool terminal = output.IsTerminal && environment.Variables.GetValueOrDefault("TERM") != "dumb";
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal && !environment.Has("NO_COLOR") ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal && !environment.Has("CI") ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal) console.Profile.Width = PlainWidth;
        return console;
    }

    /// <summary>Whether a display that redraws itself makes sense.</summary>
    public static bool IsLive(IAnsiConsole console) =>
        console.Profile.Capabilities.Ansi && console.Profile.Capabilities.Interactive;
}
