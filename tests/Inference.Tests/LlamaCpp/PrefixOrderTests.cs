using R2Synth.Inference.LlamaCpp;
using R2Synth.Inference.LlamaCpp.Native;

namespace R2Synth.Inference.Tests.LlamaCpp;

/// <summary>Requests with a common prefix meet: they are read one after the other while the prefix is kept.</summary>
[Collection("model")]
public sealed class PrefixOrderTests
{
    [Fact]
    public async Task Interleaved_queries_on_two_passages_read_each_passage_about_once()
    {
        LlamaLibrary.Load(null);
        using LlamaModel model = LlamaModel.Load(Path.Combine(TestModels.Folder, TestModels.Writer), 0);
        await using LlamaEngine engine = new(model, new EngineSettings { ContextTokens = 256, Sequences = 1, Threads = 1, KeptPrompts = 1 });
        LlamaCppScorer scorer = new(engine);
        string[] prefixes = [.. new[] { 0, 4 }.Select(from => "Passage: " + string.Join(' ', TestModels.Passages[from..(from + 4)]))];
        int[] lengths = [.. prefixes.Select(prefix => engine.Tokenizer.Encode(prefix).Length)];
        string[] queries = ["bees", "rivers", "printing", "ice", "tea", "concrete"];

        ContinuationScore[] scores = [.. (await Task.WhenAll(queries.SelectMany(query => prefixes.Select(prefix =>
            scorer.ScoreAsync(prefix, [new Continuation { Lead = "\nQuery:", Text = " " + query }]))))).SelectMany(score => score)];

        // In the order of arrival each of the 12 would read its passage anew, since one prompt is kept. The first one or two start before the others have come.
        int query = scores.Min(score => score.TokensRead) + 8;
        Assert.InRange(scores.Sum(score => score.TokensRead), lengths.Sum(), (2 * lengths.Max()) + lengths.Sum() + (scores.Length * query));
        Assert.True(scores.Length * lengths.Min() > 2 * scores.Sum(score => score.TokensRead), "passages were read too often");
    }

    [Fact]
    public void None_is_passed_over_for_ever()
    {
        WaitingRequests<NextTokensRequest> waiting = new();
        NextTokensRequest lonely = Request(1);
        waiting.Add(lonely);
        int taken = 0;
        for (NextTokensRequest? next = null; next != lonely; taken++)
        {
            waiting.Add(Request(2));
            next = waiting.Take(request => request.Prompt[0] == 2 ? 100 : 0);
            Assert.InRange(taken, 0, WaitingRequests<NextTokensRequest>.MostPassed);
        }

        Assert.Equal(WaitingRequests<NextTokensRequest>.MostPassed + 1, taken);
    }

    [Fact]
    public void Of_equals_the_oldest_goes_first_and_an_abandoned_one_never()
    {
        WaitingRequests<NextTokensRequest> waiting = new();
        NextTokensRequest[] requests = [Request(1), Request(2), Request(3)];
        foreach (NextTokensRequest request in requests)
            waiting.Add(request);
        requests[0].Fail(new OperationCanceledException());
        Assert.Equal(requests[1], waiting.Take(_ => 7));
        Assert.Equal(requests[2], waiting.Take(_ => 7));
        Assert.Null(waiting.Take(_ => 7));
    }

    private static NextTokensRequest Request(int token) => new() { Prompt = [token], Top = 1 };
}
