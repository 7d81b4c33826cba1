using System.Buffers.Binary;
using System.Globalization;
using R2Synth.Inference;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>Answers from the cache the continuations that were scored before; the others go to the scorer in one call, which shares their prefix.</summary>
/// <param name="inner">Asked for what the cache does not know.</param>
/// <param name="cache">The cache; not disposed of.</param>
/// <param name="modelIdentity">What scores depend on beside the texts.</param>
/// <param name="counters">Counts a call where anything was missing, else a hit; tokens and money too.</param>
/// <param name="oneByOne">
/// Whether each continuation is a call of its own, as it is for a server: what was paid for is then kept although another one's call failed.
/// </param>
internal sealed class CachedTokenScorer(ITokenScorer inner, CallCache cache, string modelIdentity, RunCounters counters, bool oneByOne = false) : ITokenScorer
{
    /// <summary>Raised when the key or the encoding changes.</summary>
    private const string Format = "score/1";

    /// <summary>The same for next tokens.</summary>
    private const string NextFormat = "next/1";

    /// <summary>The same for prompts whose names of control tokens stand for them.</summary>
    private const string ControlFormat = "score/1 control tokens";

    // Log-likelihood, tokens, tokens read; then one double a label. Binary: a label may weigh minus infinity, which JSON has no word for.
    private const int HeaderBytes = sizeof(double) + sizeof(int) + sizeof(int);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default)
    {
        string prefixHash = ContentHash.Of(prefix);
        string[] keys = [.. continuations.Select(continuation => Key(prefixHash, continuation))];
        async Task<IReadOnlyList<CachedCall>> MakeAsync(IEnumerable<Continuation> missing, CancellationToken token)
        {
            IReadOnlyList<ContinuationScore> scores = await inner.ScoreAsync(prefix, [.. missing], token);
            counters.CountCall(scores.Sum(score => (long)score.TokensRead), 0, scores.Sum(score => score.Cost));
            return [.. scores.Select(Encode)];
        }

        IReadOnlyList<CachedCall> replies;
        bool made;
        if (oneByOne)
        {
            (CachedCall Reply, bool Made)[] each = await Task.WhenAll(continuations.Select((continuation, i) =>
                cache.GetOrMakeAsync(keys[i], async token => (await MakeAsync([continuation], token))[0], cancellationToken)));
            (replies, made) = ([.. each.Select(one => one.Reply)], each.Any(one => one.Made));
        }
        else
        {
            (replies, made) = await cache.GetOrMakeAsync(keys, (missing, token) => MakeAsync(missing.Select(place => continuations[place]), token), cancellationToken);
        }

        if (!made)
        {
            counters.CountHit();
        }

        return [.. replies.Select(Decode)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default)
    {
        string key = ContentHash.Of(NextFormat, modelIdentity, ContentHash.Of(prompt), top.ToString(CultureInfo.InvariantCulture));
        (CachedCall reply, bool made) = await cache.GetOrMakeAsync(
            key,
            async token =>
            {
                IReadOnlyList<NextToken> next = await inner.NextTokensAsync(prompt, top, token);
                counters.CountCall(0, 0); // a scorer does not say how many tokens it read for these
                return new CachedCall { Reply = Encode(next) };
            },
            cancellationToken);
        if (!made)
        {
            counters.CountHit();
        }

        return DecodeNext(reply.Reply);
    }

    private string Key(string prefixHash, Continuation continuation) =>
        ContentHash.Of([continuation.ControlTokens ? ControlFormat : Format, modelIdentity, prefixHash, continuation.Lead, continuation.Text, continuation.Then, .. continuation.Labels]);

    private static CachedCall Encode(ContinuationScore score)
    {
        byte[] bytes = new byte[HeaderBytes + (score.Labels.Count * sizeof(double))];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, score.LogLikelihood);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), score.Tokens);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), score.TokensRead);
        for (int i = 0; i < score.Labels.Count; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(HeaderBytes + (i * sizeof(double))), score.Labels[i]);
        }

        return new CachedCall { Reply = bytes, TokensRead = score.TokensRead, Cost = score.Cost == 0 ? null : (double)score.Cost };
    }

    // Binary too: text, log-probability, whether there is a logit, logit.
    private static byte[] Encode(IReadOnlyList<NextToken> tokens)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write(tokens.Count);
        foreach (NextToken token in tokens)
        {
            writer.Write(token.Text);
            writer.Write(token.LogProbability);
            writer.Write(token.Logit.HasValue);
            writer.Write(token.Logit ?? 0);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    private static NextToken[] DecodeNext(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        var tokens = new NextToken[reader.ReadInt32()];
        for (int i = 0; i < tokens.Length; i++)
        {
            string text = reader.ReadString();
            double logProbability = reader.ReadDouble();
            bool hasLogit = reader.ReadBoolean();
            double logit = reader.ReadDouble();
            tokens[i] = new NextToken(text, logProbability, hasLogit ? logit : null);
        }

        return tokens;
    }

    private static ContinuationScore Decode(CachedCall call)
    {
        ReadOnlySpan<byte> bytes = call.Reply;
        double[] labels = new double[(bytes.Length - HeaderBytes) / sizeof(double)];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(HeaderBytes + (i * sizeof(double)))..]);
        }

        return new ContinuationScore
        {
            LogLikelihood = BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            Tokens = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            TokensRead = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            Labels = labels,
        };
    }
}
