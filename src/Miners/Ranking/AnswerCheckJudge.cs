using System.Text;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// Lets a generator answer the query from each passage and checks whether that is the gold answer: 1 where it is, 0 where not. As thread-safe as what it asks.
/// </summary>
/// <remarks>
/// PixelRAG's check of mined negatives (2606.28344), and ReasonIR's of its own (2504.20595): CORRECT means a false negative, and a row whose positive cannot answer goes. There
/// a model compares the answers; here they are compared by their words, without articles, case and marks (SQuAD's form): the gold answer's words stand in the given one, one
/// after the other. A query without a gold answer has no verdict.
/// </remarks>
/// <param name="answer">Answers a query from a passage.</param>
/// <param name="gold">The gold answers of a query on one line; none where they are not known.</param>
/// <param name="counts">Where failures are counted.</param>
internal sealed class AnswerCheckJudge(Func<string, Passage, CancellationToken, Task<AnswerDraft>> answer, Func<string, IReadOnlyList<string>> gold, ReplyCounts counts)
    : PassageJudge(JudgeNames.Answer, counts)
{
    /// <inheritdoc/>
    protected override JudgeCost CostOf(int passages) => new(passages, passages);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        string[] forms = [.. gold(query).Select(Form).Where(form => form.Length > 0)];
        if (forms.Length == 0) return AllFailed(passages.Count, JudgeFaults.NoGoldAnswer);
        AnswerDraft[] drafts = await Task.WhenAll(passages.Select(passage => answer(query, passage, cancellationToken)));
        return [.. drafts.Select(draft => draft.Answer is null
            ? JudgeVerdict.Failed(draft.Fault ?? JudgeFaults.Empty)
            : JudgeVerdict.Of(forms.Any(form => Gives(draft.Answer, form)) ? 1 : 0))];
    }

    /// <summary>Whether an answer gives the gold one.</summary>
    internal static bool Gives(string answer, string goldForm) => $" {Form(answer)} ".Contains($" {goldForm} ", StringComparison.Ordinal);

    /// <summary>Words in lower case, without marks and English articles, one blank between.</summary>
    internal static string Form(string text)
    {
        StringBuilder words = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) words.Append(Rune.IsLetterOrDigit(rune) ? Rune.ToLowerInvariant(rune).ToString() : " ");
        return string.Join(' ', words.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("a" or "an" or "the")));
    }
}
