using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Retrieval.Vectors;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class VectorSearchTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 4)]
    [InlineData(100, 1)]
    [InlineData(100, 3)]
    public void A_block_search_gives_the_same_bits_for_any_number_of_queries_and_threads(int queries, int parallelism)
    {
        const int Dimensions = 19, Passages = 5000;
        UnitSeed chance = new(3, "vector-search", 0);
        // Few distinct values, so that there are ties for docids to break.
        float[] Vectors(int count) => [.. Enumerable.Range(0, count * Dimensions).Select(_ => (float)chance.Next(3) / 3)];
        float[] vectors = Vectors(Passages), asked = Vectors(queries);
        Passage[] passages = [.. Enumerable.Range(0, Passages).Select(i => new Passage { Docid = $"d{(i * 7) % Passages}", Text = "x" })];
        UnmanagedRows rows = UnmanagedRows.Allocate(Passages, Dimensions);
        for (int i = 0; i < Passages; i++) rows.Write(i, vectors.AsSpan(i * Dimensions, Dimensions));
        VectorSearch array = new(vectors, Dimensions, passages), unmanaged = new(rows, passages);

        IReadOnlyList<IReadOnlyList<Hit>> all = unmanaged.SearchAll(asked, 50, parallelism);
        Assert.Equal(queries, all.Count);
        for (int query = 0; query < queries; query++)
        {
            ReadOnlySpan<float> vector = asked.AsSpan(query * Dimensions, Dimensions);
            float[] scores = array.Similarities(vector);
            Hit[] expected = [.. Enumerable.Range(0, Passages).OrderByDescending(i => scores[i]).ThenBy(i => passages[i].Docid, StringComparer.Ordinal).Take(50).Select(i => new Hit(i, scores[i]))];
            Assert.Equal(expected, all[query]);
            Assert.Equal(expected, array.Search(vector, 50));
        }
    }

    [Fact]
    public void Less_passages_than_asked_for_and_none_at_all()
    {
        VectorSearch two = new([1, 0, 0, 1], 2, Corpus.Of("a", "b"));
        Assert.Equal([new Hit(1, 1), new Hit(0, 0)], two.SearchAll(new float[] { 0, 1 }, 10).Single());
        Assert.Empty(two.SearchAll(Array.Empty<float>(), 10));
        Assert.Empty(new VectorSearch([], 0, []).Search([], 3));
    }
}
