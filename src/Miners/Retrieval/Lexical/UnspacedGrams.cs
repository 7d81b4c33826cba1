using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>
/// Cuts a run of Thai, Lao, Khmer or Myanmar, which the tokenizer leaves whole, into overlapping groups of characters, as CJK analysis cuts Han into pairs: these scripts have
/// no blanks between words, and a dictionary would be needed to find them. Other tokens pass.
/// </summary>
/// <remarks>McNamee and Mayfield, Character N-Gram Tokenization for European Language Text Retrieval, Information Retrieval 7 (2004), for groups in place of words.</remarks>
internal sealed class UnspacedGrams : TokenFilter
{
    private static readonly string Unspaced = StandardTokenizer.TOKEN_TYPES[StandardTokenizer.SOUTHEAST_ASIAN];
    private readonly ICharTermAttribute _term;
    private readonly ITypeAttribute _type;
    private readonly int _gram;
    private char[] _run = [];
    private int _length;
    private int _next;

    /// <param name="input">Tokens of a <see cref="StandardTokenizer"/>.</param>
    /// <param name="gram">Characters a group, at least 1.</param>
    public UnspacedGrams(TokenStream input, int gram)
        : base(input)
    {
        _gram = gram;
        _term = AddAttribute<ICharTermAttribute>();
        _type = AddAttribute<ITypeAttribute>();
    }

    /// <inheritdoc/>
    public override bool IncrementToken()
    {
        if (_next + _gram <= _length)
        {
            _term.CopyBuffer(_run, _next++, _gram);
            return true;
        }

        if (!m_input.IncrementToken()) return false;
        (_length, _next) = (0, 0);
        if (_type.Type != Unspaced || _term.Length <= _gram) return true;
        if (_run.Length < _term.Length) _run = new char[_term.Length];
        _term.Buffer.AsSpan(0, _term.Length).CopyTo(_run);
        _length = _term.Length;
        _term.Length = _gram;
        _next = 1;
        return true;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        (_length, _next) = (0, 0);
    }
}
