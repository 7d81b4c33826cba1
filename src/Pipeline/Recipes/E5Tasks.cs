using System.Globalization;
using R2Synth.Generators.E5;
using R2Synth.Pipeline.Dedup;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>The first call of E5: tasks brainstormed on topics, near-duplicates among them dropped.</summary>
/// <remarks>E5-Mistral (arXiv 2401.00368, section 3.1); it drops exact duplicates only. Tasks are taken in turn over the topics, so that few units still cover all of them.</remarks>
internal sealed class E5Tasks(RunContext run, RunModels models, E5Generator generator, string promptHash)
{
    private sealed record BrainstormReply(IReadOnlyList<string> Tasks, string? Fault, string Detail);

    /// <summary>Brainstorming calls for a number of examples: enough tasks for all, and one a topic where there are that many examples.</summary>
    public static int Calls(E5Options options, int examples, int topics)
    {
        int tasks = (examples + options.ExamplesPerTask - 1) / options.ExamplesPerTask;
        return Math.Max((tasks + options.TasksPerCall - 1) / options.TasksPerCall, Math.Min(topics, examples));
    }

    /// <summary>Makes the calls that <paramref name="examples"/> examples need: at least one a topic where there are that many examples.</summary>
    /// <returns>Topic and task, in the order in which units take them, and what was dropped.</returns>
    public async Task<(IReadOnlyList<(string Topic, string Task)> Tasks, IReadOnlyList<Reject> Rejects)> MakeAsync(int examples, CancellationToken cancellationToken)
    {
        int calls = Calls(run.Options.E5, examples, run.Topics.Count);
        Reporting.StageCounter counter = run.Counters.Stage($"{E5Recipe.Name}/brainstorm");
        counter.Expected = calls;
        BrainstormReply[] replies = new BrainstormReply[calls];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = models.WriterParallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, calls, parallel, async (call, token) =>
        {
            counter.Enter();
            try
            {
                replies[call] = await AskAsync(call, token);
            }
            catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
            {
                replies[call] = new BrainstormReply([], UnitFlow.FaultOf(e), e.Message);
            }

            counter.Count(replies[call].Fault is not null);
        });
        return Choose(replies);
    }

    private async Task<BrainstormReply> AskAsync(int call, CancellationToken cancellationToken)
    {
        string topic = Topic(call);
        string input = ContentHash.Of(models.WriterIdentity, promptHash, topic, run.Request.Seed.ToString(CultureInfo.InvariantCulture), run.Options.E5.TasksPerCall.ToString(CultureInfo.InvariantCulture));
        return await run.MemoizeAsync("e5/brainstorm", CallId(call), input, async token =>
        {
            (IReadOnlyList<string> tasks, string? fault, string detail) = await generator.BrainstormAsync(
                topic, run.Options.E5.TasksPerCall, run.Chance("e5/brainstorm", call).NextSamplerSeed(), token);
            return new BrainstormReply(tasks, fault, detail);
        }, cancellationToken);
    }

    private (IReadOnlyList<(string Topic, string Task)> Tasks, IReadOnlyList<Reject> Rejects) Choose(BrainstormReply[] replies)
    {
        NearDuplicateIndex known = new(run.Options.Pipeline.NearDuplicate);
        List<(string, string)> tasks = [];
        List<Reject> rejects = [.. replies.Index().Where(reply => reply.Item.Fault is not null)
            .Select(reply => Rejected(CallId(reply.Index), reply.Item.Fault!, reply.Item.Detail))];
        int longest = replies.Max(reply => reply.Tasks.Count);
        for (int place = 0; place < longest; place++)
        {
            for (int call = 0; call < replies.Length; call++)
            {
                if (place >= replies[call].Tasks.Count) continue;
                string id = string.Create(CultureInfo.InvariantCulture, $"{CallId(call)}.{place}"), task = replies[call].Tasks[place];
                if (known.TryAdd(id, task, out string? duplicateOf, out double similarity)) tasks.Add((Topic(call), task));
                else rejects.Add(Rejected(id, similarity >= 1 ? "duplicate-task" : "near-duplicate-task", $"of {duplicateOf}: {task}"));
            }
        }

        return (tasks, [.. rejects.OrderBy(reject => reject.Id, StringComparer.Ordinal)]);
    }

    private string Topic(int call) => run.Topics[call % run.Topics.Count];

    private static string CallId(int call) => UnitFlow.Id("e5-brainstorm", call);

    private static Reject Rejected(string id, string reason, string detail) =>
        new() { Id = id, Recipe = E5Recipe.Name, Stage = "brainstorm", Reason = reason, Detail = detail };
}
