using System.Text.Json.Serialization;

namespace R2Synth.Inference;

/// <summary>A text to be scored after a prefix, and labels to be weighed after it: query likelihood and relevance from one pass.</summary>
public sealed record Continuation
{
    /// <summary>Text between the prefix and the scored text, itself not scored; may be empty.</summary>
    public string Lead { get; init; } = "";

    /// <summary>The text whose tokens are scored; may be empty when only labels are asked for.</summary>
    public required string Text { get; init; }

    /// <summary>Text between the scored text and the labels; not scored, may be empty.</summary>
    public string Then { get; init; } = "";

    /// <summary>
    /// Whether the names of control tokens in the prefix and in <see cref="Then"/> stand for those tokens: a chat template that is written out, as rerankers were trained on.
    /// <see cref="Lead"/> and <see cref="Text"/> are data and never do in the process; a server reads the whole prompt as one text, so whoever asks takes such names out of the data.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ControlTokens { get; init; }

    /// <summary>Answers weighed by their first token at the position after <see cref="Then"/>; empty when none are wanted.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
