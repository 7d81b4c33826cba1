using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Retrieval;

/// <summary>Answers from the cache the texts whose tokens were embedded before. Vectors are kept in half precision, and are what the cache holds from the first time on.</summary>
/// <param name="inner">Asked for what the cache does not know.</param>
/// <param name="cache">The cache; not disposed of.</param>
/// <param name="identity">What the vectors depend on beside the text.</param>
/// <param name="counters">Counts calls and hits.</param>
internal sealed class CachedTokenEmbedder(ITokenEmbedder inner, CallCache cache, string identity, RunCounters counters) : ITokenEmbedder
{
    /// <summary>Raised when the key or the encoding changes.</summary>
    private const string Format = "embed tokens/1";

    /// <inheritdoc/>
    public async Task<TokenVectors> EmbedTokensAsync(string text, CancellationToken cancellationToken = default)
    {
        (CachedCall reply, bool made) = await cache.GetOrMakeAsync(
            ContentHash.Of(Format, identity, text),
            async token =>
            {
                TokenVectors read = await inner.EmbedTokensAsync(text, token);
                counters.CountCall(read.Tokens.Count, 0);
                return new CachedCall { Reply = Encode(read), TokensRead = read.Tokens.Count };
            },
            cancellationToken);
        if (!made) counters.CountHit();
        return Decode(reply.Reply);
    }

    // Dimensions and length of the tokens' text, the tokens with a line feed before each, the vectors.
    private static byte[] Encode(TokenVectors vectors)
    {
        byte[] tokens = Encoding.UTF8.GetBytes(string.Concat(vectors.Tokens.Select(token => "\n" + token.ReplaceLineEndings(" "))));
        Half[] values = new Half[vectors.Values.Length];
        TensorPrimitives.ConvertToHalf(vectors.Values.Span, values);
        return [.. BitConverter.GetBytes(vectors.Dimensions), .. BitConverter.GetBytes(tokens.Length), .. tokens, .. MemoryMarshal.AsBytes<Half>(values)];
    }

    private static TokenVectors Decode(byte[] reply)
    {
        int length = BitConverter.ToInt32(reply, sizeof(int)), start = 2 * sizeof(int);
        Half[] values = MemoryMarshal.Cast<byte, Half>(reply.AsSpan(start + length)).ToArray();
        float[] wide = new float[values.Length];
        TensorPrimitives.ConvertToSingle(values, wide);
        return new TokenVectors { Dimensions = BitConverter.ToInt32(reply), Tokens = Encoding.UTF8.GetString(reply, start, length).Split('\n')[1..], Values = wide };
    }
}
