using System.Globalization;
using R2Synth.Bench;
using R2Synth.Bench.Evidence;
using R2Synth.Bench.Hosted;
using R2Synth.Bench.Judges;
using R2Synth.Bench.Retrieval;
using R2Synth.Inference.LlamaCpp;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Func<string[], Task>? bench = args.FirstOrDefault() switch
{
    "evidence" => EvidenceBench.RunAsync,
    "hosted" => HostedBench.RunAsync,
    "client" => Client.RunAsync,
    "bare" => BareLoop.RunAsync,
    "judges" => JudgesBench.RunAsync,
    "retrieval" => RetrievalBench.RunAsync,
    "retrieval-client" => RetrievalClient.RunAsync,
    _ => null,
};
if (bench is not null)
{
    await bench(args[1..]);
    return;
}

if (args.Length > 0 && args[0] == "vectors")
{
    await Vectors.RunAsync(args[1..]);
    return;
}

int threads = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
Report report = new(Console.Out);
report.Title(threads);
foreach (string type in args.Length > 1 ? [args[1]] : new[] { BenchedModel.Shipped, RequantizedModel.Type })
{
    await using BenchedModel model = await BenchedModel.OpenAsync(type, threads);
    report.Section(model.Identity);
    await Decoding.RunAsync(model, report);
    await Prefixes.RunAsync(model, report);
    await Judging.RunAsync(model, report);
    await Faster.RunAsync(model, report);
}

report.Memory();
