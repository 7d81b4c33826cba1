using System.CommandLine;
using R2Synth.Cli.Diagnosis;
using R2Synth.Cli.Output;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth doctor</c>: what works, what does not, what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create(Invocation invocation)
    {
        Option<bool> json = JsonFlag.Create();
        var settings = new SettingsFlags();
        var command = new Command("doctor", "Check settings, models, native libraries, servers, disk. Exit code 2 if a check failed.") { json };
        settings.AddTo(command);
        command.SetAction((parse, token) => invocation.WatchAsync(
            async cancellationToken =>
            {
                bool machine = parse.GetValue(json);
                var lines = new List<DiagnosisLine>();
                await foreach (DiagnosisLine line in new Doctor(invocation.Environment, settings.Read(parse)).ExamineAsync(cancellationToken))
                {
                    lines.Add(line);
                    if (!machine) Write(invocation.Out, line);
                }

                bool failed = lines.Any(l => l.Level == DiagnosisLevel.Fail);
                if (machine) JsonOutput.Write(invocation.Out, new { Ok = !failed, Checks = lines });
                return failed ? ExitCodes.BadInput : ExitCodes.Done;
            },
            token));
        return command;
    }

    private static void Write(TextWriter writer, DiagnosisLine line)
    {
        writer.WriteLine($"{line.Level.ToString().ToLowerInvariant(),-4}  {line.Check}: {line.Message}");
        if (line.Advice.Length > 0) writer.WriteLine($"      {line.Advice}");
    }
}
