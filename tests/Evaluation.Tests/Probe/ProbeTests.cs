using System.Buffers.Binary;
using System.Text;
using R2Synth.Evaluation.Probe;
using R2Synth.Inference.TokenTables;
using R2Synth.Records;

namespace R2Synth.Evaluation.Tests.Probe;

public sealed class ProbeTests : IDisposable
{
    private const int Dimensions = 6;
    private const int Tokens = 40;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_gradient_is_what_finite_differences_give()
    {
        ProbeWeights weights = ProbeWeights.Untrained(await TableAsync(), Bags("corpus", 12, 8));
        EncodedExample[] examples = Examples(5);
        ProbeOptions options = new() { Temperature = 0.3f, HardNegatives = 2 };
        double Loss() => Contrast.Of(Batch(examples), options, weights).Loss;

        Contrast contrast = Contrast.Of(Batch(examples), options, weights);
        contrast.Backward();
        // Of a row: the sum over the texts that hold it of the vector's gradient times idf, weight and count.
        foreach (int token in contrast.Texts[0].Tokens.Take(2))
        {
            for (int d = 0; d < Dimensions; d++)
            {
                double analytic = 0;
                for (int text = 0; text < contrast.Texts.Count; text++)
                {
                    int at = Array.IndexOf(contrast.Texts[text].Tokens, token);
                    if (at >= 0) analytic += contrast.Gradients[(text * Dimensions) + d] * weights.Idf[token] * weights.Weights[token] * contrast.Texts[text].Counts[at];
                }

                const float Step = 1e-2f;
                ref float value = ref weights.Row(token)[d];
                float before = value;
                value = before + Step;
                double above = Loss();
                value = before - Step;
                double below = Loss();
                value = before;
                Assert.Equal((above - below) / (2 * Step), analytic, 2e-3);
            }
        }
    }

    [Fact]
    public async Task Training_brings_queries_to_their_positives_and_repeats_bit_by_bit()
    {
        TokenTable table = await TableAsync();
        EncodedExample[] examples = Examples(60);
        ProbeOptions options = new() { Steps = 40, LookEvery = 5, Batch = 16 };
        ProbeWeights untrained = ProbeWeights.Untrained(table, Bags("corpus", 12, 8)), before = untrained.Copy();

        (ProbeWeights first, int steps) = new ProbeTrainer(options, untrained, examples, 3).Train(CancellationToken.None);
        (ProbeWeights second, int again) = new ProbeTrainer(options, untrained, examples, 3).Train(CancellationToken.None);

        Assert.Equal(steps, again);
        Assert.Equal(before.Rows, untrained.Rows);
        Assert.InRange(steps, 5, 40);
        Assert.Equal(first.Rows, second.Rows);
        Assert.Equal(first.Weights, second.Weights);
        double Loss(ProbeWeights weights) => Contrast.Of(Batch(examples), options, weights).Loss;
        Assert.True(Loss(first) < Loss(untrained) - 0.1, $"{Loss(first)} against {Loss(untrained)}");
    }

    [Fact]
    public async Task A_single_example_is_not_trained_on()
    {
        ProbeWeights untrained = ProbeWeights.Untrained(await TableAsync(), Bags("corpus", 12, 8));

        (ProbeWeights weights, int steps) = new ProbeTrainer(new ProbeOptions(), untrained, Examples(1), 3).Train(CancellationToken.None);

        Assert.Equal(0, steps);
        Assert.Equal(untrained.Rows, weights.Rows);
    }

    [Fact]
    public async Task Queries_of_one_positive_are_held_back_together()
    {
        // No token in common between positives: what is learned of some says nothing of others, but a query asked twice would answer for itself.
        EncodedExample[] once = [.. Enumerable.Range(0, 20).Select(i => new EncodedExample(TokenBag.Of([i], 9), TokenBag.Of([i + 20], 9), []))];
        EncodedExample[] twice = [.. once, .. once.Select(example => example with { Query = TokenBag.Of(example.Query.Tokens, 9) })];
        ProbeWeights untrained = ProbeWeights.Untrained(await TableAsync(), Bags("corpus", 12, 8));

        Assert.Equal(0, new ProbeTrainer(new ProbeOptions(), untrained, twice, 3).Train(CancellationToken.None).Steps);
    }

    [Fact]
    public void A_passage_gives_its_title_once_however_many_queries_it_has()
    {
        Group[] groups = [.. Enumerable.Range(0, 10).Select(i => new Group
        {
            Id = $"g{i}",
            Recipe = "gecko",
            TaskGroup = "short-long",
            Instruction = "",
            Query = $"query {i}",
            Positives = [new JudgedPassage { Docid = $"d{i / 2}", Title = $"title {i / 2}", Text = "text", Origin = Origin.Seed }],
            Negatives = [],
            Provenance = new Provenance { Generator = "writer" },
        })];

        Assert.Equal(["title 0", "title 1", "title 2", "title 3", "title 4"], ProbeExample.Titles(groups).Select(example => example.Query));

        foreach (Group group in groups) group.Attributes[Group.HiddenTitle] = $"hidden {group.Id}"; // the passages go without theirs
        Assert.Equal(["hidden g0", "hidden g2", "hidden g4", "hidden g6", "hidden g8"], ProbeExample.Titles(groups).Select(example => example.Query));
    }

    [Fact]
    public async Task A_copy_of_the_positive_and_a_nearer_passage_are_no_negatives()
    {
        ProbeWeights weights = ProbeWeights.Untrained(await TableAsync(), Bags("corpus", 12, 8));
        TokenBag query = TokenBag.Of([1, 2, 3], 9), positive = TokenBag.Of([7, 8, 9], 9);
        EncodedExample[] same = [new(query, positive, []), new(TokenBag.Of([4, 5], 9), positive, [])];
        Assert.Equal(0, Contrast.Of(Batch(same), new ProbeOptions(), weights).Loss, 6);

        // The query's own text is as near as a passage can be; without the margin it would outweigh the positive.
        EncodedExample[] nearer = [new(query, positive, [TokenBag.Of([1, 2, 3], 9)])];
        Assert.Equal(0, Contrast.Of(Batch(nearer), new ProbeOptions { HardNegatives = 1 }, weights).Loss, 6);
        Assert.True(Contrast.Of(Batch(nearer), new ProbeOptions { HardNegatives = 1, FalseNegativeMargin = 3 }, weights).Loss > 1);
    }

    [Theory]
    [InlineData("nothing", "it does not begin with a safetensors header")]
    [InlineData("cut", "bytes are expected")]
    [InlineData("other", "it holds no tensor 'embeddings'")]
    public async Task A_file_that_is_no_table_is_named(string kind, string message)
    {
        string path = Path.Combine(_folder.Path, "table.safetensors");
        byte[] whole = Table(kind == "other" ? "weights" : "embeddings");
        await File.WriteAllBytesAsync(path, kind == "nothing" ? [1, 2, 3] : kind == "cut" ? whole[..^9] : whole);
        InputException fault = await Assert.ThrowsAsync<InputException>(() => TokenTable.ReadAsync(path));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private static (EncodedExample Example, int Turn)[] Batch(EncodedExample[] examples) => [.. examples.Select(example => (example, 0))];

    // Query and positive share no token, but token t of a query goes with token t + 20 of its positive: something to be learned.
    private static EncodedExample[] Examples(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        UnitSeed chance = new(5, "probe-tests/example", i);
        int[] query = [.. Enumerable.Range(0, 3).Select(_ => chance.Next(20))];
        int[] other = [.. Enumerable.Range(0, 3).Select(_ => 20 + chance.Next(20))];
        return new EncodedExample(TokenBag.Of(query, 9), TokenBag.Of([.. query.Select(token => token + 20)], 9), [TokenBag.Of(other, 9), TokenBag.Of([.. other.Reverse(), 21], 9)]);
    })];

    private static TokenBag[] Bags(string purpose, int count, int length) => [.. Enumerable.Range(0, count).Select(i =>
    {
        UnitSeed chance = new(5, purpose, i);
        return TokenBag.Of([.. Enumerable.Range(0, length).Select(_ => chance.Next(Tokens))], 99);
    })];

    private static byte[] Table(string tensor)
    {
        string header = $$"""{"{{tensor}}":{"dtype":"F32","shape":[{{Tokens}},{{Dimensions}}],"data_offsets":[0,{{Tokens * Dimensions * 4}}]}""" + "}";
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + text.Length + (Tokens * Dimensions * 4)];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        UnitSeed chance = new(5, "probe-tests/table", 0);
        for (int i = 0; i < Tokens * Dimensions; i++) BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(8 + text.Length + (i * 4)), (float)(chance.NextDouble() - 0.5));
        return file;
    }

    private async Task<TokenTable> TableAsync()
    {
        string path = Path.Combine(_folder.Path, "table.safetensors");
        await File.WriteAllBytesAsync(path, Table("embeddings"));
        return await TokenTable.ReadAsync(path);
    }
}
