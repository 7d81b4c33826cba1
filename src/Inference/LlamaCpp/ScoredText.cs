namespace R2Synth.Inference.LlamaCpp;

/// <summary>Prefix and continuation as tokens, and what is asked of them.</summary>
internal sealed class ScoredText
{
    /// <summary>All tokens: prefix, lead, text, then.</summary>
    internal required int[] Tokens { get; init; }

    /// <summary>Tokens of the prefix, at least 1.</summary>
    internal required int Prefix { get; init; }

    /// <summary>First token of the scored text.</summary>
    internal required int Start { get; init; }

    /// <summary>End of the scored text, exclusive.</summary>
    internal required int End { get; init; }

    /// <summary>Tokens weighed after the last one; empty for none.</summary>
    internal required int[] Labels { get; init; }

    /// <summary>A token is judged by the logits of the one before it.</summary>
    internal WantedLogits Wanted => new(
        First: End > Start ? Start - 1 : Tokens.Length - 1,
        End: End - 1,
        Also: Labels.Length > 0 ? Tokens.Length - 1 : -1);
}
