using System.CommandLine;
using R2Synth.Cli.Models;
using R2Synth.Cli.Output;
using R2Synth.Cli.Settings;
using R2Synth.Inference.LlamaCpp;
using Spectre.Console;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth models</c>: what is here, whole or damaged.</summary>
internal sealed class ModelsCommand
{
    private const int FileWidth = 200;

    private readonly Invocation _invocation;
    private readonly SettingsFlags _settings = new();
    private readonly Option<bool> _json = JsonFlag.Create();

    private ModelsCommand(Invocation invocation) => _invocation = invocation;

    public static Command Create(Invocation invocation)
    {
        var models = new ModelsCommand(invocation);
        Command command = models.Verb("models", "List the model files: size, checksum, what they are and can do, and the backends that use them.", models.ListAsync);
        var verify = new ModelsCommand(invocation);
        command.Add(verify.Verb("verify", "Compare every model file with its checksum. Exit code 2 if one is damaged or missing.", verify.VerifyAsync));
        command.Add(ModelsAddCommand.Create(invocation));
        return command;
    }

    private Command Verb(string name, string description, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description) { _json };
        _settings.AddTo(command);
        command.SetAction((parse, token) => _invocation.WatchAsync(t => action(parse, t), token));
        return command;
    }

    private Task<int> ListAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        Write(parse, Entries(parse));
        return Task.FromResult(ExitCodes.Done);
    }

    private async Task<int> VerifyAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var verified = new List<ModelEntry>();
        foreach (ModelEntry model in Entries(parse)) verified.Add(await ModelFolder.VerifyAsync(model, cancellationToken));
        Write(parse, verified);

        ModelEntry[] bad = [.. verified.Where(m => m.State is ModelState.Damaged or ModelState.Missing)];
        foreach (ModelEntry model in bad)
        {
            await _invocation.Error.WriteLineAsync($"r2synth: {model.Name} is {Words(model.State)}. Get the file again; models/README.md says where it comes from.");
        }

        return bad.Length == 0 ? ExitCodes.Done : ExitCodes.BadInput;
    }

    private IReadOnlyList<ModelEntry> Entries(ParseResult parse)
    {
        ResolvedSettings settings = SettingsLoader.Load(_invocation.Environment, _settings.Read(parse)).OrThrow();
        return ModelFolder.List(settings.Options, settings.Folder);
    }

    private void Write(ParseResult parse, IReadOnlyList<ModelEntry> models)
    {
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(_invocation.Out, models.Select(m => new
            {
                m.Name,
                m.Bytes,
                m.Checksum,
                m.State,
                m.UsedBy,
                m.Header?.Architecture,
                m.Header?.Parameters,
                m.Header?.Quantization,
                Context = m.Header?.TrainedContext,
                ChatTemplate = m.Header is { } header ? header.ChatTemplate is not null : (bool?)null,
                m.Abilities,
                m.Problem,
            }).ToArray());
            return;
        }

        Table table = Tables.Create("model", ">size", ">weights", "type", ">context", "chat", "can", "checksum", "used by");
        foreach (ModelEntry model in models)
        {
            GgufHeader? header = model.Header;
            table.Row(
                model.Name,
                model.Bytes is { } bytes ? Figures.Bytes(bytes) : "-",
                header is null ? "-" : Figures.Weights(header.Parameters),
                header?.Quantization ?? "-",
                header?.TrainedContext is { } context ? Figures.Count(context) : "-",
                header is null ? "-" : header.ChatTemplate is null ? "no" : "yes",
                model.Problem is null ? string.Join(", ", model.Abilities) : "nothing",
                Words(model.State),
                string.Join(", ", model.UsedBy));
        }

        // Nobody reads a file by its width; on a terminal the table fits itself in.
        if (!Consoles.IsLive(_invocation.OutConsole)) _invocation.OutConsole.Profile.Width = Math.Max(_invocation.OutConsole.Profile.Width, FileWidth);
        _invocation.OutConsole.Write(table);
        foreach (ModelEntry model in models)
        {
            if (model.Problem is { } problem) _invocation.Error.WriteLine($"r2synth: {problem}");
            if (model.Header is { Recurrent: true } header) _invocation.Error.WriteLine($"r2synth: {model.Name} is of the architecture '{header.Architecture}', which runs behind a server (Kind OpenAI) only.");
        }
    }

    private static string Words(ModelState state) => state switch
    {
        ModelState.Unverified => "not verified yet",
        ModelState.NoChecksum => "none known",
        ModelState.Whole => "whole",
        ModelState.Damaged => "damaged",
        _ => "missing",
    };
}
