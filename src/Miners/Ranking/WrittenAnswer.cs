using Microsoft.Extensions.AI;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Lets the model answer a query from one passage. A reply that is empty, cut off or refused is a failure; the prompt's label stands for a passage without the answer.</summary>
internal sealed class WrittenAnswer(IChatClient chat, Prompt prompt, int words, ReplyCounts counts)
{
    private readonly StructuredCaller _caller = new(chat);

    /// <summary>Answers.</summary>
    public async Task<AnswerDraft> AnswerAsync(string query, Passage passage, CancellationToken cancellationToken)
    {
        Passage read = LikelihoodJudge.Read(passage, words);
        Dictionary<string, object?> slots = new() { ["query"] = query, ["title"] = read.Title, ["passage"] = read.Text };
        try
        {
            StructuredReply reply = await _caller.AskAsync(prompt, slots, seed: 0, cancellationToken);
            string outcome = reply.Fault switch
            {
                null => JudgeFaults.Ok,
                ReplyFault.Refused => JudgeFaults.Refused,
                ReplyFault.CutOff => JudgeFaults.CutOff,
                ReplyFault.Empty => JudgeFaults.Empty,
                _ => JudgeFaults.WrongFormat,
            };
            counts.CountReply(outcome);
            if (outcome != JudgeFaults.Ok) return new AnswerDraft(null, outcome);
            bool holdsNone = prompt.Labels.Any(label => AnswerCheckJudge.Form(reply.Text) == AnswerCheckJudge.Form(label));
            return new AnswerDraft(holdsNone ? "" : reply.Text, null);
        }
        catch (Exception e) when (JudgeFaults.Of(e) is not null)
        {
            return new AnswerDraft(null, JudgeFaults.Of(e));
        }
    }
}
