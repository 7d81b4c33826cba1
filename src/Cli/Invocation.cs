using R2Synth.Cli.Output;
using Spectre.Console;

namespace R2Synth.Cli;

/// <summary>One call of the program: where results go, where talk goes, and what is around it.</summary>
internal sealed class Invocation(TextWriter stdout, TextWriter stderr, AppEnvironment environment)
{
    public AppEnvironment Environment { get; } = environment;

    /// <summary>Results, as plain text.</summary>
    public TextWriter Out { get; } = stdout;

    /// <summary>Talk, as plain text.</summary>
    public TextWriter Error { get; } = stderr;

    /// <summary>Results, as tables.</summary>
    public IAnsiConsole OutConsole { get; } = Consoles.Create(stdout, environment);

    /// <summary>Talk, as tables and bars.</summary>
    public IAnsiConsole ErrorConsole { get; } = Consoles.Create(stderr, environment);

    /// <summary>Whether Ctrl-C was pressed while a verb was at work.</summary>
    public bool Interrupted { get; private set; }

    /// <summary>Runs a verb and remembers whether it was interrupted.</summary>
    public async Task<int> WatchAsync(Func<CancellationToken, Task<int>> verb, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => Interrupted = true);
        return await verb(cancellationToken);
    }
}
