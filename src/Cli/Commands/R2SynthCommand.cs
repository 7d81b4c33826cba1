using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace R2Synth.Cli.Commands;

/// <summary>The root of the command line.</summary>
internal sealed class R2SynthCommand : RootCommand
{
    private R2SynthCommand()
        : base("R2Synth makes synthetic training data for retrievers and rerankers: from documents or topics to training shards.")
    {
        HelpName = "r2synth";
        Add(Verbose);
    }

    /// <summary>Shows the stack trace of a fault.</summary>
    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the stack trace of a fault.", Recursive = true };

    /// <summary>The version, without the commit.</summary>
    private static string Version { get; } =
        typeof(R2SynthCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>All verbs, over one invocation.</summary>
    public static R2SynthCommand Create(Invocation invocation)
    {
        var root = new R2SynthCommand
        {
            RunCommand.Create(invocation),
            MineCommand.Create(invocation),
            RecipesCommand.Create(invocation),
            InspectCommand.Create(invocation),
            SearchCommand.Create(invocation),
            EvaluateCommand.Create(invocation),
            ProbeCommand.Create(invocation),
            ModelsCommand.Create(invocation),
            DoctorCommand.Create(invocation),
        };
        foreach (Option option in root.Options)
        {
            if (option is HelpOption help) help.Action = new HelpWithExamples();
            if (option is VersionOption version) version.Action = new VersionAction();
        }

        return root;
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"r2synth {Version}");
            return ExitCodes.Done;
        }
    }
}
