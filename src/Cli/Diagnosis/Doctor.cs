using R2Synth.Cli.Models;
using R2Synth.Cli.Settings;
using R2Synth.Inference;
using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Diagnosis;

/// <summary>Looks at everything that a run needs, and says of each what works.</summary>
internal sealed class Doctor(AppEnvironment environment, SettingsSources sources)
{
    /// <summary>All checks, each as soon as it is done.</summary>
    public async IAsyncEnumerable<DiagnosisLine> ExamineAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Machine.Runtime();
        (ResolvedSettings? settings, IReadOnlyList<DiagnosisLine> lines) = ExamineSettings();
        foreach (DiagnosisLine line in lines) yield return line;

        if (settings is not null)
        {
            yield return Prompts(settings);
            foreach (DiagnosisLine line in Models(settings)) yield return line;
            foreach ((string name, BackendOptions options) in settings.Options.Backends)
            {
                bool inUse = InUse(settings.Options).Contains(name);
                if (options.Kind is "LlamaCpp" or "Recorded" or "Static" && inUse) yield return await OpenAsync(name, options, settings, cancellationToken);
                if (options.Kind != "OpenAI") continue;
                foreach (EndpointOptions endpoint in options.Endpoints)
                {
                    yield return await EndpointCheck.RunAsync(name, endpoint, inUse, environment, cancellationToken);
                }
            }
        }

        string outputs = environment.Resolve("outputs");
        yield return Machine.Writable(outputs);
        yield return Machine.Space(outputs);
    }

    private (ResolvedSettings? Settings, IReadOnlyList<DiagnosisLine> Lines) ExamineSettings()
    {
        try
        {
            ResolvedSettings settings = SettingsLoader.Load(environment, sources);
            if (settings.Findings.Count > 0)
            {
                return (null, [.. settings.Findings.Select(f => new DiagnosisLine(DiagnosisLevel.Fail, "settings", f, "Mend the setting; the checks that need settings were left out."))]);
            }

            string file = settings.File is null ? "no file, defaults only" : environment.Display(settings.File);
            List<DiagnosisLine> lines = [new(DiagnosisLevel.Ok, "settings", file)];
            lines.AddRange(settings.Overrides.Select(o => new DiagnosisLine(DiagnosisLevel.Ok, "settings", $"{o.Key} is '{o.Value}', set by {o.Origin}")));
            return (settings, lines);
        }
        catch (InputException e)
        {
            return (null, [new DiagnosisLine(DiagnosisLevel.Fail, "settings", e.Message, "Mend the file; the checks that need settings were left out.")]);
        }
    }

    private static HashSet<string> InUse(R2SynthOptions options) => [options.Generator, options.Judge, options.Embedder];

    private DiagnosisLine Prompts(ResolvedSettings settings)
    {
        string folder = Path.GetFullPath(settings.Options.Prompts, settings.Folder);
        int files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length : 0;
        return files > 0
            ? new DiagnosisLine(DiagnosisLevel.Ok, "prompts", $"{environment.Display(folder)}, {files} files")
            : new DiagnosisLine(DiagnosisLevel.Fail, "prompts", $"{environment.Display(folder)} has no prompt files", "Let R2Synth:Prompts name the prompts folder of the project.");
    }

    private static IEnumerable<DiagnosisLine> Models(ResolvedSettings settings)
    {
        IReadOnlyList<ModelEntry> models;
        DiagnosisLine? malformed = null;
        try
        {
            models = ModelFolder.List(settings.Options, settings.Folder);
        }
        catch (InputException e)
        {
            models = [];
            malformed = new DiagnosisLine(DiagnosisLevel.Fail, "models", e.Message, "Mend the line, or delete the file to go without checksums.");
        }

        if (malformed is not null) yield return malformed;
        foreach (ModelEntry model in models)
        {
            string users = model.UsedBy.Count > 0 ? $", used by {string.Join(", ", model.UsedBy)}" : "";
            bool needed = model.UsedBy.Any(InUse(settings.Options).Contains);
            yield return model.State == ModelState.Missing
                ? new DiagnosisLine(needed ? DiagnosisLevel.Fail : DiagnosisLevel.Warn, "models", $"{model.Name} is missing{users}", "Put the file there; models/README.md says where it comes from.")
                : new DiagnosisLine(DiagnosisLevel.Ok, "models", $"{model.Name}, {Output.Figures.Bytes(model.Bytes ?? 0)}{users}");
        }
    }

    private async Task<DiagnosisLine> OpenAsync(string name, BackendOptions options, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        string check = $"backend {name}";
        try
        {
            options.RecordTo = null; // looking writes nothing, and a run may hold the file
            await using Backend backend = await environment.OpenBackend(name, options, settings.Folder, cancellationToken);
            string abilities = string.Join(", ", Output.AbilityText.Names(backend.Abilities));
            return new DiagnosisLine(DiagnosisLevel.Ok, check, $"opens: {abilities}; {backend.ModelIdentity}");
        }
        catch (InputException e)
        {
            return new DiagnosisLine(DiagnosisLevel.Fail, check, e.Message);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new DiagnosisLine(DiagnosisLevel.Fail, check, $"does not open: {e.GetType().Name}: {e.Message}", "The native libraries are missing or do not fit this machine; build the project again with npm at hand, or name a folder of them in Libraries.");
        }
    }
}
