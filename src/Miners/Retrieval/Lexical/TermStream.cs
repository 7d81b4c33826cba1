using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>The terms of a text, one after the other. One at a time a thread; dispose of it before the next.</summary>
internal readonly struct TermStream : IDisposable
{
    private readonly TokenStream _tokens;
    private readonly ICharTermAttribute _term;

    /// <summary>Begins with a stream of Lucene's.</summary>
    public TermStream(TokenStream tokens)
    {
        _tokens = tokens;
        _term = tokens.AddAttribute<ICharTermAttribute>();
        tokens.Reset();
    }

    /// <summary>The next term, good until the next call; an empty one at the end.</summary>
    public ReadOnlySpan<char> Next()
    {
        while (_tokens.IncrementToken())
        {
            if (_term.Length > 0) return _term.Buffer.AsSpan(0, _term.Length);
        }

        return [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.End();
        _tokens.Dispose();
    }
}
