namespace R2Synth.Inference.Hosted;

/// <summary>Tokens that a request is expected to use.</summary>
/// <param name="Read">Of its prompt, by length.</param>
/// <param name="MostWritten">Of its reply at most.</param>
internal readonly record struct TokenEstimate(int Read, int MostWritten)
{
    /// <summary>A token of English text is four bytes long.</summary>
    private const int BytesPerToken = 4;

    /// <summary>That of a request.</summary>
    public static TokenEstimate Of(RequestBody body) => new((body.Length + body.RepeatedBytes) / BytesPerToken, body.MostOutput);

    /// <summary>Read and written together.</summary>
    /// <param name="usual">Tokens of the endpoint's replies so far; null while there are none.</param>
    public long With(double? usual) => Read + (long)Math.Min(MostWritten, Math.Ceiling(usual ?? MostWritten));
}
