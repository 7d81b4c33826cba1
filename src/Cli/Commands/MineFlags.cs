using System.CommandLine;
using R2Synth.Cli.Settings;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline;
using R2Synth.Pipeline.Mining;
using R2Synth.Records;

namespace R2Synth.Cli.Commands;

/// <summary>The flags of <c>r2synth mine</c>.</summary>
internal sealed class MineFlags
{
    private const string NoJudge = "none";

    private readonly Option<string> _corpus = new("--corpus") { HelpName = "PATH", Description = "A BEIR folder, a JSONL file, or a folder of txt, md and html.", Required = true };
    private readonly Option<string> _queries = new("--queries") { HelpName = "FILE", Description = "Queries: JSON lines with _id and text, or lines of id, tab, text.", Required = true };
    private readonly Option<string> _qrels = new("--qrels") { HelpName = "FILE", Description = "Judgments, as BEIR (three columns) or TREC (four).", Required = true };
    private readonly Option<string?> _out = new("--out") { HelpName = "DIR", Description = "The run's folder. Default: outputs/mine." };

    private readonly Option<string?> _rule = new("--rule")
    {
        HelpName = "NAME",
        Description = $"How negatives are picked: {string.Join(", ", NegativeRules.Names)}. Default: Mining:NegativeRule, {NegativeRules.OfPairs}.",
    };

    private readonly Option<string?> _retriever = new("--retriever")
    {
        HelpName = "NAME",
        Description = $"What finds the candidates: {RetrieverSpec.Allowed}. Default: {MineRequest.DefaultRetriever}.",
    };

    private readonly Option<int?> _negatives = Numbers.Int("--negatives", "N", "Negatives a query. Default: the rule's published number, else Mining:Negatives.", 1, 1000);
    private readonly Option<int?> _depth = Numbers.Int("--depth", "N", "Candidates a query. Default: what the rule needs, at least Mining:RetrievalDepth.", 1, 100_000);
    private readonly Option<string?> _positives = new("--positives") { HelpName = "NAME", Description = "qrels (all that they name), seed (the first of them), best (the best judged passage; needs --judge). Default: qrels." };
    private readonly Option<string?> _judge = new("--judge") { HelpName = "NAME", Description = "The backend that judges the candidates, or none; without a vote where it cannot tell relevant ones from others. Default: none." };
    private readonly Option<string?> _judging = new("--judging") { HelpName = "METHOD", Description = $"How it judges: {string.Join(", ", Judges.Names)}; or several joined by +. answer needs gold answers in the file of queries. Default: Judges:Method, {MineRequest.DefaultJudging}." };
    private readonly Option<string?> _strongJudge = new("--strong-judge") { HelpName = "NAME", Description = "The backend that confirms what the judge flagged as false negatives." };

    private readonly Option<string?> _falseNegatives = new("--false-negatives")
    {
        HelpName = "ACTION",
        Description = "What happens to negatives that answer their query: none, remove, relabel, drop. Needs --judge. Default: none.",
    };

    private readonly Option<string?> _instruction = new("--instruction") { HelpName = "TEXT", Description = $"The task in a sentence. Default: {MineRequest.DefaultInstruction}" };
    private readonly Option<string?> _language = new("--language") { HelpName = "en", Description = "Language of the queries, as ISO 639-1 code. Default: en." };
    private readonly Option<long?> _seed = Numbers.Long("--seed", "S", "The seed that sampling follows from. Default: 1.");
    private readonly SettingsFlags _settings = new();
    private readonly Option<bool> _json = JsonFlag.Create();
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
            [_corpus, _queries, _qrels, _out, _rule, _retriever, _negatives, _depth, _positives, _judge, _judging, _strongJudge, _falseNegatives, _instruction, _language, _seed])
        {
            command.Add(option);
        }

        _settings.AddTo(command);
        command.Add(_json);
        command.Add(_quiet);
    }

    public bool Json(ParseResult parse) => parse.GetValue(_json);

    public bool Quiet(ParseResult parse) => parse.GetValue(_quiet);

    public string Corpus(ParseResult parse) => parse.GetRequiredValue(_corpus);

    public string Queries(ParseResult parse) => parse.GetRequiredValue(_queries);

    public string Qrels(ParseResult parse) => parse.GetRequiredValue(_qrels);

    public string Out(ParseResult parse) => parse.GetValue(_out) ?? "outputs/mine";

    public SettingsSources Sources(ParseResult parse) => _settings.Read(parse) with
    {
        Flags =
        [
            ("Mining:NegativeRule", parse.GetValue(_rule), "--rule"),
            ("Mining:Positives", parse.GetValue(_positives), "--positives"),
            ("Judges:Method", parse.GetValue(_judging), "--judging"),
            (nameof(R2SynthOptions.Judge), Judged(parse) ? parse.GetValue(_judge) : null, "--judge"),
        ],
    };

    /// <summary>The request.</summary>
    /// <exception cref="InputException">A flag has a value that is not allowed.</exception>
    public MineRequest Request(ParseResult parse, IReadOnlyList<MineQuery> queries, string folder)
    {
        string action = parse.GetValue(_falseNegatives) ?? "none";
        if (!Enum.TryParse(action, ignoreCase: true, out FalseNegativeAction falseNegatives) || !Enum.IsDefined(falseNegatives) || int.TryParse(action, out _))
            throw new InputException($"--false-negatives is '{action}'; allowed: none, remove, relabel, drop.");
        string language = parse.GetValue(_language) ?? "en";
        if (language.Length != 2 || !language.All(char.IsAsciiLetterLower))
            throw new InputException($"--language is '{language}'; allowed: a two-letter code of ISO 639-1, for instance en.");
        MineRequest request = new()
        {
            Corpus = Corpus(parse),
            Queries = queries,
            QueriesPath = Queries(parse),
            QrelsPath = Qrels(parse),
            Out = Out(parse),
            Folder = folder,
            Retriever = parse.GetValue(_retriever) ?? MineRequest.DefaultRetriever,
            Negatives = parse.GetValue(_negatives),
            Depth = parse.GetValue(_depth),
            Judged = Judged(parse),
            StrongJudge = parse.GetValue(_strongJudge),
            FalseNegatives = falseNegatives,
            Instruction = parse.GetValue(_instruction) ?? MineRequest.DefaultInstruction,
            Language = language,
        };
        return parse.GetValue(_seed) is { } seed ? request with { Seed = seed } : request;
    }

    /// <summary>Whether a judge is named.</summary>
    public bool Judged(ParseResult parse) => parse.GetValue(_judge) is { } judge && judge != NoJudge;
}
