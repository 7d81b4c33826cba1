using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Retrieval.PromptReps;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval.PromptReps;

public class PromptRepsTests
{
    [Fact]
    public async Task Weights_are_those_of_the_texts_own_words_and_the_state_is_brought_to_length_1()
    {
        FakeEncoder encoder = new(logits: [0, 5, -3, 2, 9]);
        PromptRepresenter representer = new(encoder, Prompt());
        PromptRepresentation read = await representer.RepresentAsync("The Bees, and bees: zebra? Ants!", isQuery: false);

        // a = 0, b = 1, ...: 'the' and 'and' are stop words, ants begins with a (logit 0: no weight), zebra is token 4.
        Assert.Equal([(1, (int)Math.Round(100 * Math.Log(6))), (4, (int)Math.Round(100 * Math.Log(10)))], read.Sparse);
        Assert.Equal([0.6f, 0.8f], read.Dense);
        ChatMessage[] messages = encoder.Messages!;
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant], messages.Select(message => message.Role));
        Assert.Equal("Passage: \"The Bees, and bees: zebra? Ants!\". Use one word to represent the passage in a retrieval task. Make sure your word is in lowercase.", messages[1].Text);
        Assert.Equal("The word is \"", messages[2].Text);
        await representer.RepresentAsync("bees", isQuery: true);
        Assert.StartsWith("Query: \"bees\". Use one word to represent the query", encoder.Messages![1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_without_words_takes_the_likeliest_tokens_of_all()
    {
        PromptRepresentation read = await new PromptRepresenter(new FakeEncoder(logits: [0, 5, -3, 2, 9]), Prompt()).RepresentAsync("of the ...", isQuery: true);
        Assert.Equal([1, 3, 4], read.Sparse.Select(weight => weight.Token)); // what has no weight is no posting
    }

    [Fact]
    public void Words_are_lower_case_runs_of_letters_and_digits_without_stop_words() =>
        Assert.Equal(["2nd", "straße", "été"], PromptRepresenter.Words("Don't the 2nd, (2nd) STRAßE Été"));

    [Fact]
    public async Task Dense_and_sparse_are_fused_by_their_ranges()
    {
        Passage[] passages = Corpus.Of("one", "two", "three");
        FakeRepresenter representer = new(text => text switch
        {
            "one" => ([1, 0], [(7, 3)]),
            "two" => ([0.6f, 0.8f], [(7, 1), (8, 2)]),
            "three" => ([0, 1], [(9, 5)]),
            _ => ([1, 0], [(7, 10), (8, 1)]),
        });
        PromptRepsRetriever retriever = await PromptRepsRetriever.BuildAsync(representer, passages);
        (IReadOnlyList<Hit> dense, IReadOnlyList<Hit> sparse) = await retriever.SearchBothAsync("query", 9);
        Assert.Equal([0, 1, 2], dense.Select(hit => hit.Passage));
        Assert.Equal([new Hit(0, 30), new Hit(1, 12)], sparse);
        IReadOnlyList<Hit> hits = await retriever.SearchAsync("query", 2);
        Assert.Equal([0, 1], hits.Select(hit => hit.Passage));
        Assert.Equal([1, 0.3], hits.Select(hit => Math.Round(hit.Score, 6))); // dense 1, 0.6, 0; sparse 1, 0
        Assert.Empty(await retriever.SearchAsync(" ", 2));
        Assert.Empty(await (await PromptRepsRetriever.BuildAsync(representer, [])).SearchAsync("query", 2));
    }

    private static Prompt Prompt()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "R2Synth.sln"))) folder = folder.Parent;
        return PromptLibrary.Load(Path.Combine(folder!.FullName, "prompts")).Get(PromptRepresenter.PromptName, weak: false); // the tests lie below it
    }

    // A word's one token is the place of its first letter, z the last.
    private sealed class FakeEncoder(float[] logits) : IPromptEncoder
    {
        public ChatMessage[]? Messages { get; private set; }

        public int ContextTokens => 100;

        public Task<PromptState> EncodeAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken = default)
        {
            Messages = [.. messages];
            return Task.FromResult(new PromptState { Hidden = new float[] { 3, 4 }, Logits = logits, TokensRead = 9 });
        }

        public IReadOnlyList<int> Tokens(string text) => [Math.Min(text[0] - 'a', logits.Length - 1)];

        public string Cut(string text, int mostTokens) => text;
    }

    private sealed class FakeRepresenter(Func<string, (float[] Dense, (int, int)[] Sparse)> represent) : IPromptRepresenter
    {
        public Task<PromptRepresentation> RepresentAsync(string text, bool isQuery, CancellationToken cancellationToken = default)
        {
            (float[] dense, (int, int)[] sparse) = represent(text);
            return Task.FromResult(new PromptRepresentation { Dense = dense, Sparse = sparse, TokensRead = 1 });
        }
    }
}
