using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Lets the model write the letter of its pick. A reply that is anything else counts as a wrong format and picks nothing; llm-rankers takes the first passage then.</summary>
internal sealed partial class WrittenPick(IChatClient chat, Prompt prompt, int words, ReplyCounts counts) : IPassagePick
{
    private readonly StructuredCaller _caller = new(chat);

    /// <inheritdoc/>
    public int Most => prompt.Labels.Count;

    /// <inheritdoc/>
    public async Task<(int? Best, string? Fault)> PickAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        string[] labels = [.. prompt.Labels.Take(passages.Count).Select(label => label.Trim())];
        Dictionary<string, object?> slots = new()
        {
            ["query"] = query,
            ["passages"] = passages.Select((passage, i) => PromptPassage.Of(passage, labels[i], words)).ToArray(),
        };
        try
        {
            StructuredReply reply = await _caller.AskAsync(prompt, slots, seed: 0, cancellationToken);
            Match letter = Letter().Match(reply.Text);
            int best = letter.Success ? Array.IndexOf(labels, letter.Groups[1].Value) : -1;
            string outcome = reply.Fault == ReplyFault.Refused ? JudgeFaults.Refused : best < 0 ? JudgeFaults.WrongFormat : JudgeFaults.Ok;
            counts.CountReply(outcome);
            return outcome == JudgeFaults.Ok ? (best, null) : (null, outcome);
        }
        catch (Exception e) when (JudgeFaults.Of(e) is not null)
        {
            return (null, JudgeFaults.Of(e));
        }
    }

    [GeneratedRegex(@"^\W*(?:[Pp]assage\W*)?([A-Z])\W*$", RegexOptions.CultureInvariant)]
    private static partial Regex Letter();
}
