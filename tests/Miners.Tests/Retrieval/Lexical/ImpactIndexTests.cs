using CsCheck;
using R2Synth.Miners.Retrieval.Lexical;

namespace R2Synth.Miners.Tests.Retrieval.Lexical;

public class ImpactIndexTests
{
    // Few different impacts, so that ties are common; 5 terms of very different frequency, so that pruning has something to leave out.
    private static readonly Gen<float[][]> Impacts = Gen.Int[1, 400].SelectMany(passages => OneOf(0f, 0f, 0f, 1f, 2.5f, 0.1f, 7f).Array[passages].Array[5]);
    private static readonly Gen<float[]> Weights = OneOf(0f, 1f, 2f, 0.3f, 11f).Array[5];

    [Fact]
    public void Search_finds_what_brute_force_finds_to_the_bit_however_it_is_tuned() =>
        Gen.Select(Impacts, Weights, Gen.Int[1, 450], Gen.Int[1, 70], OneOf(0, 1, 1_000_000)).Sample((impacts, weights, depth, block, cost) =>
        {
            using ImpactIndex index = Index(impacts);
            QueryTerm[] query = [.. weights.Select((weight, term) => new QueryTerm(term, weight)).Where(term => term.Weight > 0)];

            (int, float)[] found = Pairs(index.Search([.. query], depth, new SearchTuning(block, cost)));

            index.Arrange(query);
            (int, float)[] expected = [.. Enumerable.Range(0, impacts[0].Length)
                .Select(position => (Position: position, Score: query.Aggregate(0f, (sum, term) => impacts[term.Term][position] == 0 ? sum : sum + (term.Weight * impacts[term.Term][position]))))
                .Where(scored => scored.Score > 0).OrderByDescending(scored => scored.Score).ThenBy(scored => scored.Position).Take(depth)];
            Assert.Equal(expected, found);
            Assert.All(expected, scored => Assert.Equal(scored.Item2, index.Score(query, scored.Item1)));
        });

    [Fact]
    public void Search_over_several_blocks_of_the_usual_size_finds_what_brute_force_finds()
    {
        // One common weak term and one rarer strong one: after the first block the common one is only looked up.
        float[][] impacts = [[.. Enumerable.Range(0, 200_000).Select(i => 0.25f + (i * 7919 % 1000 * 0.0001f))], [.. Enumerable.Range(0, 200_000).Select(i => i % 97 == 5 ? 1 + (i % 13 * 0.1f) : 0)]];
        using ImpactIndex index = Index(impacts);

        (int, float)[] found = Pairs(index.Search([new QueryTerm(0, 1), new QueryTerm(1, 1)], 500));

        Assert.Equal(
            Enumerable.Range(0, 200_000).Select(i => (i, impacts[1][i] + impacts[0][i])).OrderByDescending(scored => scored.Item2).ThenBy(scored => scored.i).Take(500),
            found);
    }

    [Fact]
    public void Search_of_a_query_of_very_many_terms_works()
    {
        using ImpactIndex index = Index([.. Enumerable.Range(0, 3000).Select(term => new[] { term == 2999 ? 5f : 1f, 0f })]);
        (int Position, float Score)[] found = Pairs(index.Search([.. Enumerable.Range(0, 3000).Select(term => new QueryTerm(term, 1))], 3));
        Assert.Equal([(0, 3004f)], found);
    }

    [Fact]
    public void Search_allocates_nothing()
    {
        using ImpactIndex index = Index([[.. Enumerable.Range(0, 1000).Select(i => 1 + (i * 7919 % 1000 * 0.001f))], [.. Enumerable.Range(0, 1000).Select(i => i % 3f)]]);
        QueryTerm[] query = [new(0, 1), new(1, 2)];
        index.Search(query, 100); // the thread's scratch
        long before = GC.GetAllocatedBytesForCurrentThread();
        index.Search(query, 100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Search_for_nothing_or_in_nothing_finds_nothing()
    {
        using ImpactIndex index = Index([[1f]]);
        Assert.Equal(0, index.Search([], 3).Length);
        using ImpactIndex empty = ImpactIndex.Of(TermNumbers.TableOf([]), new TermCounts { Passages = 0, Starts = [0], Positions = [], Values = [] });
        Assert.Equal(0, empty.Search([], 3).Length);
        Assert.Equal(-1, empty.Terms.Find("boat"));
    }

    [Fact]
    public void Any_terms_are_found_by_their_number_and_others_are_not() => Gen.String[1, 300].HashSet[0, 60].Sample(all =>
    {
        string[] terms = [.. all.Where(term => !term.Any(char.IsSurrogate)).Order(StringComparer.Ordinal)];
        string[] known = [.. terms.Where((_, i) => i % 3 > 0)];
        TermTable table = TermNumbers.TableOf(known);
        Assert.Equal(Enumerable.Range(0, known.Length), known.Select(term => table.Find(term)));
        Assert.All(terms.Except(known), term => Assert.Equal(-1, table.Find(term)));
    });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    // impacts[term][position]; 0 is no posting.
    internal static ImpactIndex Index(float[][] impacts)
    {
        int[] starts = new int[impacts.Length + 1];
        List<int> positions = [];
        List<float> values = [];
        for (int term = 0; term < impacts.Length; term++)
        {
            for (int position = 0; position < impacts[term].Length; position++)
            {
                if (impacts[term][position] == 0) continue;
                positions.Add(position);
                values.Add(impacts[term][position]);
            }

            starts[term + 1] = positions.Count;
        }

        return ImpactIndex.Of(TermNumbers.TableOf([.. impacts.Select((_, i) => $"t{i}")]), new TermCounts { Passages = impacts[0].Length, Starts = starts, Positions = [.. positions], Values = [.. values] });
    }

    internal static (int Position, float Score)[] Pairs(ReadOnlySpan<ulong> keys)
    {
        (int, float)[] pairs = new (int, float)[keys.Length];
        for (int i = 0; i < pairs.Length; i++) pairs[i] = (TopScores.Position(keys[i]), TopScores.Score(keys[i]));
        return pairs;
    }
}
