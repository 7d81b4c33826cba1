using System.ComponentModel.DataAnnotations;

namespace R2Synth.Records;

/// <summary>How a corpus is read and cut into passages: <c>R2Synth:Corpus</c>.</summary>
public sealed class CorpusOptions
{
    /// <summary>
    /// Longest passage in words; a longer text is cut at sentence ends, a longer sentence between words. 100 is DPR's passage (2004.04906, section 4.1).
    /// A remainder below <see cref="MinWords"/> may make its neighbour up to a quarter longer. Words stand between white space; a Chinese character or
    /// a Japanese kana is one, and so are five letters of Thai, Lao, Khmer or Burmese.
    /// </summary>
    [Range(10, 10000)]
    public int MaxWords { get; set; } = 100;

    /// <summary>Words of whole sentences, at most, repeated at the start of the next passage of the same section; below <see cref="MaxWords"/>.</summary>
    [Range(0, 5000)]
    public int OverlapWords { get; set; }

    /// <summary>A shorter passage of a file is joined to its neighbour of the same section, or left out when it has none with room; at most <see cref="MaxWords"/>. Records are never left out.</summary>
    [Range(0, 1000)]
    public int MinWords { get; set; } = 15;

    /// <summary>JSONL: field of the id. BEIR's <c>_id</c> is accepted too where this one is absent.</summary>
    public string DocidField { get; set; } = "docid";

    /// <summary>JSONL: field of the title; may be absent from a line.</summary>
    public string TitleField { get; set; } = "title";

    /// <summary>JSONL: field of the text.</summary>
    public string TextField { get; set; } = "text";

    /// <summary>Whether the documents of a BEIR folder or a JSONL file are cut too. Off by default: their ids are what judgments name.</summary>
    public bool SplitRecords { get; set; }
}
