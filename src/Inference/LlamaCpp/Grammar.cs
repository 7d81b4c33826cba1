using R2Synth.Inference.LlamaCpp.Native;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Where a reply stands in its grammar. Not thread-safe.</summary>
internal sealed unsafe class Grammar : IDisposable
{
    private nint _sampler;

    /// <param name="vocab">The model's vocabulary.</param>
    /// <param name="gbnf">The grammar, with a rule <c>root</c>.</param>
    /// <exception cref="ArgumentException">llama.cpp cannot read it.</exception>
    internal Grammar(nint vocab, string gbnf)
    {
        LlamaLog.Clear();
        _sampler = LlamaApi.GrammarCreate(vocab, gbnf, "root");
        if (_sampler == 0)
            throw new ArgumentException($"llama.cpp cannot read the grammar ({LlamaLog.Last()}):\n{gbnf}", nameof(gbnf));
    }

    /// <summary>Whether a token may come next.</summary>
    internal bool Allows(int token)
    {
        TokenData candidate = new() { Id = token };
        Mask(new Span<TokenData>(ref candidate));
        return !float.IsNegativeInfinity(candidate.Logit);
    }

    /// <summary>Sets the logits of refused tokens to minus infinity.</summary>
    internal void Mask(Span<TokenData> candidates)
    {
        fixed (TokenData* data = candidates)
        {
            TokenDataArray array = new() { Data = data, Size = (nuint)candidates.Length, Selected = -1 };
            LlamaApi.SamplerApply(_sampler, &array);
        }
    }

    /// <summary>Goes on by an allowed token.</summary>
    internal void Accept(int token) => LlamaApi.SamplerAccept(_sampler, token);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_sampler != 0)
            LlamaApi.SamplerFree(_sampler);
        _sampler = 0;
    }
}
