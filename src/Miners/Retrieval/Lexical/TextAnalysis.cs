using System.Reflection;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Bg;
using Lucene.Net.Analysis.Br;
using Lucene.Net.Analysis.Ca;
using Lucene.Net.Analysis.Cjk;
using Lucene.Net.Analysis.Ckb;
using Lucene.Net.Analysis.Cz;
using Lucene.Net.Analysis.Da;
using Lucene.Net.Analysis.De;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Es;
using Lucene.Net.Analysis.Eu;
using Lucene.Net.Analysis.Fa;
using Lucene.Net.Analysis.Fi;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Ga;
using Lucene.Net.Analysis.Gl;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.Hu;
using Lucene.Net.Analysis.Hy;
using Lucene.Net.Analysis.Id;
using Lucene.Net.Analysis.It;
using Lucene.Net.Analysis.Lv;
using Lucene.Net.Analysis.Nl;
using Lucene.Net.Analysis.No;
using Lucene.Net.Analysis.Pt;
using Lucene.Net.Analysis.Ro;
using Lucene.Net.Analysis.Ru;
using Lucene.Net.Analysis.Sv;
using Lucene.Net.Analysis.Tr;
using Lucene.Net.Util;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>How a language's texts become terms. Thread-safe.</summary>
internal sealed class TextAnalysis : IDisposable
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;

    // nDCG@10 of BM25 on xquad/th with groups of two, three and four characters: 0.919, 0.965, 0.964.
    private const int Gram = 3;

    // By ISO 639-1, or 639-3 where that has none; Brazilian Portuguese by its region.
    private static readonly Dictionary<string, Func<Analyzer>> Known = new(StringComparer.Ordinal)
    {
        ["ar"] = () => new ArabicAnalyzer(Version),
        ["bg"] = () => new BulgarianAnalyzer(Version),
        ["ca"] = () => new CatalanAnalyzer(Version),
        ["ckb"] = () => new SoraniAnalyzer(Version),
        ["cs"] = () => new CzechAnalyzer(Version),
        ["da"] = () => new DanishAnalyzer(Version),
        ["de"] = () => new GermanAnalyzer(Version),
        ["el"] = () => new GreekAnalyzer(Version),
        ["en"] = () => new EnglishAnalyzer(Version),
        ["es"] = () => new SpanishAnalyzer(Version),
        ["eu"] = () => new BasqueAnalyzer(Version),
        ["fa"] = () => new PersianAnalyzer(Version),
        ["fi"] = () => new FinnishAnalyzer(Version),
        ["fr"] = () => new FrenchAnalyzer(Version),
        ["ga"] = () => new IrishAnalyzer(Version),
        ["gl"] = () => new GalicianAnalyzer(Version),
        ["hi"] = () => new HindiAnalyzer(Version),
        ["hu"] = () => new HungarianAnalyzer(Version),
        ["hy"] = () => new ArmenianAnalyzer(Version),
        ["id"] = () => new IndonesianAnalyzer(Version),
        ["it"] = () => new ItalianAnalyzer(Version),
        ["ja"] = () => new CJKAnalyzer(Version),
        ["ko"] = () => new CJKAnalyzer(Version),
        ["lv"] = () => new LatvianAnalyzer(Version),
        ["nb"] = () => new NorwegianAnalyzer(Version),
        ["nl"] = () => new DutchAnalyzer(Version),
        ["nn"] = () => new NorwegianAnalyzer(Version),
        ["no"] = () => new NorwegianAnalyzer(Version),
        ["pt"] = () => new PortugueseAnalyzer(Version),
        ["pt-br"] = () => new BrazilianAnalyzer(Version),
        ["ro"] = () => new RomanianAnalyzer(Version),
        ["ru"] = () => new RussianAnalyzer(Version),
        ["sv"] = () => new SwedishAnalyzer(Version),
        ["tr"] = () => new TurkishAnalyzer(Version),
        ["zh"] = () => new CJKAnalyzer(Version),
    };

    private readonly Analyzer _analyzer;

    private TextAnalysis(string name, Analyzer analyzer) => (Name, _analyzer) = (name, analyzer);

    /// <summary>The languages that have an analysis of their own, in ordinal order.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The language, or <c>plain</c> where it has no analysis of its own.</summary>
    public string Name { get; }

    /// <summary>What an index depends on: the analysis, and the library's version, since stop words and stems come from there.</summary>
    public string Identity => $"{Name}, Lucene.Net {typeof(EnglishAnalyzer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <summary>Finds the analysis of a language.</summary>
    /// <param name="language">ISO 639-1 or 639-3, with a region or script if wanted: <c>de</c>, <c>pt-BR</c>, <c>zh-Hans</c>. One without an analysis of its own gets <see cref="PlainAnalyzer"/>.</param>
    public static TextAnalysis Of(string language)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(language);
        string code = language.ToLowerInvariant().Replace('_', '-');
        string name = Known.ContainsKey(code) ? code : code.Split('-')[0];
        return Known.TryGetValue(name, out Func<Analyzer>? make) ? new TextAnalysis(name, make()) : new TextAnalysis("plain", new PlainAnalyzer(Gram));
    }

    /// <summary>The terms of a text, repeated ones repeatedly.</summary>
    public TermStream Terms(string text) => new(_analyzer.GetTokenStream("", text));

    /// <summary>Frees the streams of all threads.</summary>
    public void Dispose() => _analyzer.Dispose();
}
