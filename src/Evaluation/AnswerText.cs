using System.Text.RegularExpressions;

namespace R2Synth.Evaluation;

/// <summary>Texts as a reader of answers compares them: tokens in lower case.</summary>
/// <remarks>DPR's evaluation (Karpukhin et al., arXiv 2004.04906; code facebookresearch/DPR, <c>has_answer</c> with its uncased SimpleTokenizer): runs of letters, digits and marks, every other visible character alone. Differs in one place: letters with accents are taken as they are written, not decomposed first.</remarks>
internal static partial class AnswerText
{
    /// <summary>A text's tokens.</summary>
    internal static string[] Tokens(string text) => [.. Token().Matches(text).Select(match => match.Value.ToLowerInvariant())];

    /// <summary>Whether an answer's tokens stand in a text one after the other; never those of an empty answer.</summary>
    internal static bool Contains(string[] text, string[] answer)
    {
        if (answer.Length == 0) return false;
        for (int start = 0; start + answer.Length <= text.Length; start++)
        {
            int same = 0;
            while (same < answer.Length && text[start + same] == answer[same]) same++;
            if (same == answer.Length) return true;
        }

        return false;
    }

    [GeneratedRegex(@"[\p{L}\p{N}\p{M}]+|[^\p{Z}\p{C}]", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
