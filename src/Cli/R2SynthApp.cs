using System.CommandLine;
using R2Synth.Cli.Commands;
using R2Synth.Records;

namespace R2Synth.Cli;

/// <summary>The whole program behind <c>Main</c>: arguments in, an exit code out.</summary>
internal static class R2SynthApp
{
    /// <summary>Parses and runs one command.</summary>
    /// <returns>0 done, 1 a fault of ours, 2 bad input or settings, 130 interrupted.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter stdout, TextWriter stderr, AppEnvironment environment, CancellationToken cancellationToken = default)
    {
        var app = new Invocation(stdout, stderr, environment);
        R2SynthCommand root = R2SynthCommand.Create(app);
        ParseResult parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = environment.TerminationTimeout,
            Output = stdout,
            Error = stderr,
        };

        try
        {
            return ParseFaults.Found(parse)
                ? ParseFaults.Write(parse, stderr)
                : await parse.InvokeAsync(configuration, cancellationToken);
        }
        catch (InputException e)
        {
            await stderr.WriteLineAsync($"r2synth: {e.Message}");
            return ExitCodes.BadInput;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || app.Interrupted)
        {
            bool resumes = parse.CommandResult.Command.Name is RunCommand.Name or MineCommand.Name;
            await stderr.WriteLineAsync($"r2synth: interrupted.{(resumes ? " All that is done is kept; the same command resumes." : "")}");
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            await stderr.WriteLineAsync($"r2synth: {e.GetType().Name}: {FirstLine(e.Message)}");
            bool verbose = parse.GetValue(root.Verbose);
            await stderr.WriteLineAsync(verbose ? e.ToString() : "This is a fault of r2synth; run with --verbose for the stack trace.");
            return ExitCodes.Fault;
        }
        finally
        {
            await stdout.FlushAsync(CancellationToken.None);
            await stderr.FlushAsync(CancellationToken.None);
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
