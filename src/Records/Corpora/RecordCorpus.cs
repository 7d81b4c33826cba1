using System.Runtime.CompilerServices;
using R2Synth.Records.Documents;
using R2Synth.Records.Splitting;

namespace R2Synth.Records.Corpora;

/// <summary>A corpus of one document a line.</summary>
internal static class RecordCorpus
{
    /// <summary>The passages of a file.</summary>
    /// <param name="path">A JSONL file, gzip by its name.</param>
    /// <param name="fields">The names of the fields.</param>
    /// <param name="skipEmpty">Whether a record with neither text nor title is counted and passed over, as judgments may name it (BEIR); else it is an error.</param>
    /// <param name="options">Whether and how to cut.</param>
    /// <param name="report">Counts.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<PlacedPassage> ReadAsync(
        string path, RecordFields fields, bool skipEmpty, CorpusOptions options, CorpusReport report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PassageSplitter? splitter = options.SplitRecords ? new PassageSplitter(options) : null;
        await foreach ((int number, ReadOnlyMemory<byte> line) in LineReader.ReadAsync(path, cancellationToken))
        {
            CorpusRecord record = CorpusRecord.Parse(line, fields, $"{path} line {number}");
            if (string.IsNullOrWhiteSpace(record.Text))
            {
                if (string.IsNullOrWhiteSpace(record.Title))
                {
                    if (!skipEmpty)
                        throw new InputException($"{path} line {number}: '{fields.Text}' is empty and there is no title in '{fields.Title}' either. Take the line out, or name the field that holds the text with R2Synth:Corpus:TextField.");
                    report.EmptyDocuments++;
                    continue;
                }

                record = record with { Title = "", Text = record.Title };
            }

            report.Documents++;
            foreach (Passage passage in PassagesOf(record, splitter))
                yield return new PlacedPassage(passage, path, number);
        }
    }

    private static IReadOnlyList<Passage> PassagesOf(CorpusRecord record, PassageSplitter? splitter) => splitter is null
        ? [new Passage { Docid = record.Docid, Title = record.Title, Text = record.Text }]
        : splitter.Split(PlainTextExtractor.Extract(record.Text.ReplaceLineEndings("\n"), record.Title), record.Docid, keepShort: true).Passages;
}
