using System.Text;
using CsCheck;
using R2Synth.Inference.Hosted;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Inference.Tests.LlamaCpp;

namespace R2Synth.Inference.Tests.Hosted;

/// <summary>The tokens of a real byte-level vocabulary, spelled one by one as servers do.</summary>
[Collection("model")]
public sealed class RealTokenSpansTests
{
    // Letters of one to four bytes, joined emoji, blanks and the mark itself that stands for broken letters.
    private const string Alphabet = "abcde  fgh.,?\n\tüßéèñçøåżść中文字日本語한국어العربيةहिन्दीไทย€–“”…½²\u00A0\u200D\uFFFD";

    [Fact]
    public async Task Any_text_is_covered_by_its_own_tokens()
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync();
        Tokenizer tokenizer = backend.Engine!.Tokenizer; // a model that writes
        string[] texts = [.. TestModels.Passages, "Zürich 😀 👩‍💻 naïve coöperation — «ça va»\n\n€ 5,- 中文字 \u200Bok", "\u00A0\u00A0x ﷽ 𝔘𝔫𝔦 🇨🇭🇨🇭"];
        foreach (string text in texts) Covered(tokenizer, text);
        Gen.OneOf(Gen.Char[Alphabet].Select(letter => $"{letter}"), Gen.Int[0x1F300, 0x1F6FF].Select(char.ConvertFromUtf32)).List[1, 40].Sample(letters => Covered(tokenizer, string.Concat(letters)), iter: 2000, threads: 1);
    }

    private static void Covered(Tokenizer tokenizer, string text)
    {
        string?[] tokens = [.. tokenizer.EncodePiece(text).Select(token => Spelled(tokenizer, token))];
        IReadOnlyList<(int Begin, int End)>? spans = TokenSpans.Of(text, tokens);

        Assert.True(spans is not null, $"'{text}' by {string.Join('|', tokens)}");
        Assert.Equal(tokens.Length, spans.Count);
        Assert.Equal(0, spans[0].Begin);
        Assert.Equal(text.Length, spans[^1].End);
        for (int i = 0; i < tokens.Length; i++)
        {
            if (i > 0) Assert.True(spans[i].Begin >= spans[i - 1].Begin && spans[i].Begin <= spans[i - 1].End && spans[i].End >= spans[i - 1].End, $"'{text}' at {i}");
            if (tokens[i] is { Length: > 0 } token && !token.Contains('\uFFFD')) Assert.Equal(token, text[spans[i].Begin..spans[i].End]);
        }

        // As vLLM gives them: the first one without a name.
        if (tokens.Length > 1 && !text.Contains('\uFFFD')) Assert.NotNull(TokenSpans.Of(text, [null, .. tokens.Skip(1)]));
    }

    private static string Spelled(Tokenizer tokenizer, int token)
    {
        List<byte> bytes = [];
        tokenizer.Decode(token, bytes);
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
