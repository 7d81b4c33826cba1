using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace R2Synth.Cli.Commands;

/// <summary>The usual help, then examples that work on the shipped samples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private const int Width = 100;

    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["run"] =
        [
            "r2synth run gecko --corpus samples/field-guides --count 8",
            "r2synth run e5 --topics samples/topics.txt --count 4",
            "r2synth run gecko e5 --corpus samples/field-guides --topics samples/topics.txt --out outputs/both",
            "r2synth run gecko titles --corpus samples/field-guides --count 8 --set Gecko:Queries=3",
            "r2synth run gecko --corpus samples/field-guides --set Mining:Candidates=8 --dry-run",
            "r2synth run gecko --corpus my-docs --generator local-server --budget 2.50",
        ],
        ["mine"] =
        [
            "r2synth mine --corpus samples/xquad-en --queries samples/xquad-en/queries.jsonl --qrels samples/xquad-en/qrels/test.tsv",
            "r2synth mine --corpus samples/xquad-en --queries samples/xquad-en/queries.jsonl --qrels samples/xquad-en/qrels/test.tsv --rule range --out outputs/range",
            "r2synth mine --corpus my-docs --queries q.jsonl --qrels q.tsv --judge local-server --positives best --false-negatives relabel",
            "r2synth mine --corpus my-docs --queries q.jsonl --qrels q.tsv --rule ance --retriever run:my-model.run",
        ],
        ["recipes"] = ["r2synth recipes", "r2synth recipes --json"],
        ["inspect"] = ["r2synth inspect outputs/gecko", "r2synth inspect outputs/gecko --samples 2 --seed 7", "r2synth inspect outputs/mined --qrels qrels/test.tsv", "r2synth inspect outputs/gecko --json"],
        ["models"] = ["r2synth models", "r2synth models verify", "r2synth models add downloads/model.gguf"],
        ["add"] =
        [
            "r2synth models add https://huggingface.co/OWNER/MODEL/resolve/main/model-Q8_0.gguf",
            "r2synth models add downloads/model.gguf --name judge.gguf",
        ],
        ["search"] =
        [
            "r2synth search --corpus samples/xquad-en --retriever bm25 --out bm25.run",
            "r2synth search --corpus samples/xquad-en --retriever bm25+static --out fused.run",
            "r2synth search --corpus my-docs --queries queries.jsonl --retriever dense --depth 1000 --out dense.run",
            "r2synth search --corpus samples/xquad-en --retriever bm25+run:other.run --out fused.run --json",
        ],
        ["evaluate"] = ["r2synth evaluate --run my.run --qrels qrels/test.tsv", "r2synth evaluate --run my.run --qrels qrels/test.tsv --against bm25.run --json", "r2synth evaluate --run my.run --qrels samples/xquad-en/qrels/test.tsv --corpus samples/xquad-en"],
        ["probe"] = ["r2synth probe outputs/gecko --on samples/xquad-en --people", "r2synth probe outputs/a --compare outputs/b --on samples/xquad-en --json"],
        ["verify"] = ["r2synth models verify"],
        ["doctor"] = ["r2synth doctor", "r2synth doctor --set Generator=local-server"],
    };

    private static readonly string[] RootExamples =
    [
        "r2synth doctor", "r2synth run gecko --corpus samples/field-guides --count 8", "r2synth inspect outputs/gecko",
    ];

    private readonly HelpAction _help = new() { MaxWidth = Width };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in Examples.GetValueOrDefault(parseResult.CommandResult.Command.Name, RootExamples)) output.WriteLine($"  {example}");
        return code;
    }
}
