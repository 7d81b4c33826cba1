using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;

namespace R2Synth.Pipeline.Mining;

/// <summary>What the user asked <c>r2synth mine</c> for, beside the settings.</summary>
public sealed record MineRequest
{
    /// <summary>The retriever where none is named: no model call, and a similarity for margins.</summary>
    public const string DefaultRetriever = "bm25+static";

    /// <summary>How is judged where <see cref="JudgesOptions.Method"/> does not say.</summary>
    public const string DefaultJudging = JudgeNames.Likelihood;

    /// <summary>The instruction where none is given.</summary>
    public const string DefaultInstruction = "Given a query, retrieve passages that answer it.";

    /// <summary>A BEIR folder, a JSONL file, or a folder of txt, md and html.</summary>
    public required string Corpus { get; init; }

    /// <summary>The queries in the file's order, ids unique.</summary>
    public required IReadOnlyList<MineQuery> Queries { get; init; }

    /// <summary>The file that they came from, for the report.</summary>
    public required string QueriesPath { get; init; }

    /// <summary>The file of the judgments, for the report and messages.</summary>
    public required string QrelsPath { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Out { get; init; }

    /// <summary>Where relative paths start; empty takes the current folder.</summary>
    public string Folder { get; init; } = "";

    /// <summary>See <see cref="Miners.Retrieval.RetrieverSpec"/>.</summary>
    public string Retriever { get; init; } = DefaultRetriever;

    /// <summary>Negatives a query, at least 1; null takes the rule's published number, else <see cref="Miners.MiningOptions.Negatives"/>.</summary>
    public int? Negatives { get; init; }

    /// <summary>Candidates a query and depth of each retriever, at least 1; null takes what the rule needs, at least <see cref="Miners.MiningOptions.RetrievalDepth"/>.</summary>
    public int? Depth { get; init; }

    /// <summary>Whether <see cref="R2SynthOptions.Judge"/> judges the candidates.</summary>
    public bool Judged { get; init; }

    /// <summary>Name of the backend that confirms what the judge flagged as false negatives; null where the judge has the last word.</summary>
    public string? StrongJudge { get; init; }

    /// <summary>What happens to false negatives; anything but <see cref="FalseNegativeAction.None"/> needs a judge.</summary>
    public FalseNegativeAction FalseNegatives { get; init; }

    /// <summary>The task in a sentence, for the groups.</summary>
    public string Instruction { get; init; } = DefaultInstruction;

    /// <summary>ISO 639-1 code of the queries' language.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The seed that sampling follows from.</summary>
    public long Seed { get; init; } = 1;
}
