using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Util;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Words by Unicode's rules (UAX 29), lower case; no stop words, no stems. Runs of a script that is written without blanks are cut into overlapping groups of characters.</summary>
/// <param name="gram">Characters a group.</param>
internal sealed class PlainAnalyzer(int gram) : Analyzer
{
    /// <inheritdoc/>
    protected override TokenStreamComponents CreateComponents(string fieldName, TextReader reader)
    {
        StandardTokenizer words = new(LuceneVersion.LUCENE_48, reader);
        return new TokenStreamComponents(words, new UnspacedGrams(new LowerCaseFilter(LuceneVersion.LUCENE_48, words), gram));
    }
}
