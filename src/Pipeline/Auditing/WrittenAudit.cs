using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Auditing;

/// <summary>
/// Looks at a finished run's written negatives: those that no search brings up for their query, and whether style alone gives them away. The shards are written again with what was found in
/// each group's quality. Holds the written documents in memory, not the groups.
/// </summary>
/// <param name="options">Share, shard size, BM25's parameters.</param>
/// <param name="corpus">The run's corpus; empty without one.</param>
/// <param name="language">The run's first language, as BM25 analyses it.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class WrittenAudit(R2SynthOptions options, IReadOnlyList<Passage> corpus, string language, long seed)
{
    /// <summary>A written negative beyond this rank is too easy to teach anything.</summary>
    public const int Depth = 100;

    private static readonly string[] Splits = ["train", "dev"];

    /// <summary>Audits a run whose shards are complete.</summary>
    /// <returns>The table for the report; null where no negative was written.</returns>
    public async Task<CountTable?> RunAsync(RunFolder folder, CancellationToken cancellationToken)
    {
        List<(string Group, string Query, int Passage)> written = [];
        List<Passage> pool = [.. corpus];
        HashSet<string> known = [.. corpus.Select(p => p.Docid)];
        List<string> positives = [], mined = [];
        foreach (string split in Splits)
        {
            await foreach (Group group in GroupsOf(folder, split, cancellationToken))
            {
                foreach (JudgedPassage passage in group.Positives.Concat(group.Negatives).Where(p => p.Origin == Origin.Generated && known.Add(p.Docid)))
                {
                    pool.Add(new Passage { Docid = passage.Docid, Title = passage.Title, Text = passage.Text });
                    if (group.Negatives.Contains(passage)) written.Add((group.Id, group.Query, pool.Count - 1));
                    else positives.Add(passage.Text);
                }

                mined.AddRange(group.Negatives.Where(n => n.Origin == Origin.Mined).Take(1).Select(n => n.Text));
            }
        }

        if (written.Count == 0) return null;
        int?[] ranks = Ranks(written, pool);
        string[] texts = [.. written.Select(w => pool[w.Passage].Text)];
        StyleSeparation? fromMined = StyleAudit.Measure(texts, mined.Count > 0 ? mined : [.. corpus.Select(p => p.Text)], seed);
        StyleSeparation? fromPositives = StyleAudit.Measure(texts, positives, seed);
        Dictionary<string, List<int>> byGroup = written.Select((w, i) => (w.Group, i)).GroupBy(w => w.Group, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(w => w.i).ToList(), StringComparer.Ordinal);
        int capped = 0;
        foreach (string split in Splits)
        {
            capped += await RewriteAsync(folder, split, group => Mark(group, byGroup, ranks, fromMined ?? fromPositives), cancellationToken);
        }

        return Table(written.Count, pool.Count, ranks, capped, fromMined, fromPositives);
    }

    private int?[] Ranks(List<(string Group, string Query, int Passage)> written, List<Passage> pool)
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(pool, options.Mining.Bm25K1, options.Mining.Bm25B, language);
        int?[] ranks = new int?[written.Count];
        Parallel.For(0, ranks.Length, i =>
        {
            IReadOnlyList<Hit> hits = bm25.Search(written[i].Query, Depth);
            for (int rank = 0; rank < hits.Count && ranks[i] is null; rank++)
            {
                if (hits[rank].Passage == written[i].Passage) ranks[i] = rank + 1;
            }
        });
        return ranks;
    }

    private static CountTable Table(int written, int pool, int?[] ranks, int capped, StyleSeparation? fromMined, StyleSeparation? fromPositives)
    {
        List<KeyValuePair<string, double>> rows =
        [
            new("written_negatives", written), new("candidates", pool), new($"never_in_top_{Depth}", ranks.Count(rank => rank is null)), new("taken_out_by_share", capped),
        ];
        void Add(string what, StyleSeparation? found)
        {
            if (found is null) return;
            rows.AddRange([new($"style_auc_{what}", found.Auc), new($"style_auc_{what}_low", found.Low), new($"style_auc_{what}_high", found.High)]);
        }

        Add("against_mined", fromMined);
        Add("against_written_positives", fromPositives);
        string small = pool <= Depth ? $" There are only {pool} candidates, so that nothing can be beyond rank {Depth}." : "";
        return new CountTable(
            "written_negatives", "Written negatives",
            $"BM25 over the corpus and all that was written; one that is never among the first {Depth} for its query is too easy.{small} AUC: how well a classifier that does not see the query tells them from others; 0.5 is wanted.", rows);
    }

    private Group Mark(Group group, Dictionary<string, List<int>> byGroup, int?[] ranks, StyleSeparation? style)
    {
        if (options.Mining.WrittenShare is double share) group = group with { Negatives = WrittenShare.Cap(group.Negatives, share) };
        if (!byGroup.TryGetValue(group.Id, out List<int>? places)) return group;
        SortedDictionary<string, double> quality = new(group.Quality, StringComparer.Ordinal) { ["written_too_easy"] = places.Count(i => ranks[i] is null) };
        if (places.Min(i => ranks[i]) is int best) quality["written_rank"] = best;
        double[] known = style is null ? [] : [.. places.Select(i => style.Probabilities[i]).Where(double.IsFinite)];
        if (known.Length > 0) quality["written_style"] = known.Average();
        return group with { Quality = quality };
    }

    private async Task<int> RewriteAsync(RunFolder folder, string split, Func<Group, Group> mark, CancellationToken cancellationToken)
    {
        int capped = 0;
        await using ShardWriter writer = new(folder.File("shards"), split, options.Pipeline.ShardGroups, jsonl: true);
        await foreach (Group group in GroupsOf(folder, split, cancellationToken))
        {
            Group marked = mark(group);
            capped += group.Negatives.Count - marked.Negatives.Count;
            await writer.WriteAsync(marked, cancellationToken);
        }

        if (writer.Groups > 0) await writer.CompleteAsync(cancellationToken);
        return capped;
    }

    private static async IAsyncEnumerable<Group> GroupsOf(RunFolder folder, string split, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string shards = folder.File("shards");
        if (!Directory.Exists(shards)) yield break;
        foreach (string file in Directory.GetFiles(shards, $"{split}-*.jsonl").Order(StringComparer.Ordinal))
        {
            await foreach (Group group in GroupJsonlReader.ReadAsync(file, cancellationToken)) yield return group;
        }
    }
}
