using System.Collections;
using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline;

namespace R2Synth.Cli;

/// <summary>Everything around the program that a test may want to replace.</summary>
internal sealed record AppEnvironment
{
    /// <summary>Where the user stands.</summary>
    public required string CurrentFolder { get; init; }

    /// <summary>Where the program lies.</summary>
    public required string ProgramFolder { get; init; }

    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The clock of the progress display; nothing else asks for the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long a run may take to finish its writes after Ctrl-C; null leaves signals alone.</summary>
    public TimeSpan? TerminationTimeout { get; init; }

    /// <summary>Makes the engine of a run from the settings and the settings file's folder.</summary>
    public Func<R2SynthOptions, string, IRunEngine> OpenEngine { get; init; } = (options, folder) => new PipelineRunEngine(options, folder);

    /// <summary>Opens a backend by name, settings and folder.</summary>
    public Func<string, BackendOptions, string, CancellationToken, Task<Backend>> OpenBackend { get; init; } =
        (name, options, folder, cancellationToken) => BackendFactory.OpenAsync(name, options, folder, cancellationToken: cancellationToken);

    /// <summary>Makes a judge by its backend's name; null leaves it to the engine.</summary>
    public Func<string, string, IPassageJudge>? OpenJudge { get; init; }

    /// <summary>The environment of this process.</summary>
    public static AppEnvironment OfProcess() => new()
    {
        CurrentFolder = Directory.GetCurrentDirectory(),
        ProgramFolder = AppContext.BaseDirectory,
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => v.Value as string ?? "", StringComparer.Ordinal),
        // A stopped run waits for the model calls under way; on two cores a long one takes most of a minute.
        TerminationTimeout = TimeSpan.FromMinutes(5),
    };

    /// <summary>A path that the user gave, from the current folder.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, CurrentFolder);

    /// <summary>A path as a user wants to read it: relative where it lies below the current folder.</summary>
    public string Display(string path)
    {
        string relative = Path.GetRelativePath(CurrentFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative;
    }

    /// <summary>Whether a variable is set to anything.</summary>
    public bool Has(string variable) => Variables.TryGetValue(variable, out string? value) && value.Length > 0;
}
