using System.CommandLine;
using R2Synth.Cli.Models;
using R2Synth.Cli.Output;
using R2Synth.Cli.Settings;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth models add</c>: fetches a GGUF into the models folder, or copies it there.</summary>
internal static class ModelsAddCommand
{
    public static Command Create(Invocation invocation)
    {
        var source = new Argument<string>("URL_OR_PATH") { Description = "A GGUF file: an address that begins with https:// or http://, or a path." };
        var sum = new Option<string?>("--sha256") { HelpName = "HEX", Description = "The checksum that the file must have; it is added only then." };
        var name = new Option<string?>("--name") { HelpName = "FILE", Description = "Its name in the models folder. Default: the source's own." };
        Option<bool> json = JsonFlag.Create();
        var flags = new SettingsFlags();
        var command = new Command("add", "Fetch a GGUF into the models folder, or copy it there. A download that broke off goes on where it was.") { source, sum, name, json };
        flags.AddTo(command);
        command.SetAction((parse, token) => invocation.WatchAsync(
            async cancellationToken =>
            {
                ResolvedSettings settings = SettingsLoader.Load(invocation.Environment, flags.Read(parse)).OrThrow();
                var addition = new ModelAddition(
                    parse.GetRequiredValue(source), parse.GetValue(name), parse.GetValue(sum), settings.Folder, invocation.Environment, invocation.Error);
                string checksum = await addition.RunAsync(cancellationToken);
                ModelEntry model = ModelFolder.List(settings.Options, settings.Folder).Single(entry => entry.Path == addition.Target);
                GgufHeader header = GgufHeader.Read(addition.Target);
                if (parse.GetValue(json))
                    JsonOutput.Write(invocation.Out, new { model.Name, model.Bytes, Checksum = checksum, header.Architecture, header.Parameters, header.Quantization, Context = header.TrainedContext, model.Abilities });
                else
                    Write(invocation.Out, model, header, checksum);
                return ExitCodes.Done;
            },
            token));
        return command;
    }

    private static void Write(TextWriter writer, ModelEntry model, GgufHeader header, string checksum)
    {
        string abilities = model.Abilities.Count > 0 ? string.Join(" and ", model.Abilities) : "runs behind a server only";
        writer.WriteLine($"{model.Name}: {Figures.Weights(header.Parameters)} weights in {header.Quantization}, {Figures.Bytes(header.Bytes)}, SHA-256 {checksum}. It {abilities}.");
        if (header.Split is var (part, parts)) writer.WriteLine($"It is part {part} of {parts}: add the others too, and let the settings name the first.");
        if (model.Abilities.Count == 0) return;

        string backend = Path.GetFileNameWithoutExtension(model.Name).ToLowerInvariant();
        string role = header.Embeds ? "Embedder" : "Generator";
        string weak = header is { Embeds: false, Parameters: < WeakBelow } ? ", \"Weak\": true" : "";
        writer.WriteLine("To use it, put this under R2Synth:Backends in appsettings.json:");
        writer.WriteLine($"  \"{backend}\": {{ \"Kind\": \"LlamaCpp\", \"Model\": \"{model.Name}\"{weak} }}");
        writer.WriteLine($"and name it as \"{role}\": \"{backend}\"{(header.Embeds ? "" : $" or \"Judge\": \"{backend}\"")}, there or with --set {role}={backend}.");
    }

    /// <summary>Models below it are taken for weak: they write better from worked examples, as the shipped one of 135M does.</summary>
    private const long WeakBelow = 500_000_000;
}
