using System.Runtime.InteropServices;
using System.Text;
using R2Synth.Inference.LlamaCpp.Native;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Text to tokens and back by the model's own vocabulary. Thread-safe.</summary>
internal sealed unsafe class Tokenizer(LlamaModel model)
{
    // What a SentencePiece vocabulary makes of a line break that stands first: cut off again from a piece that goes on from another.
    private readonly Lazy<int[]> _lineBreak = new(() => Encode(model, "\n", addSpecial: false, parseSpecial: false));

    /// <summary>Tokens of a whole text, with the special ones that the model wants at its start, and at its end where it embeds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parseSpecial">Whether names of control tokens in the text stand for them: in a chat template yes, in data no.</param>
    internal int[] Encode(string text, bool parseSpecial = false)
    {
        int[] tokens = Encode(model, text, addSpecial: true, parseSpecial);
        // Some vocabularies end every text with an end mark: right for an encoder, and the end of all talk in a text that is to go on.
        return model.EndsTexts && tokens.Length > 1 ? tokens[..^1] : tokens;
    }

    /// <summary>Tokens of a text that goes on from another one.</summary>
    internal int[] EncodePiece(string text, bool parseSpecial = false)
    {
        if (text.Length == 0)
            return [];
        if (!model.SentencePiece)
            return Encode(model, text, addSpecial: false, parseSpecial);

        int[] tokens = Encode(model, "\n" + text, addSpecial: false, parseSpecial);
        return tokens.AsSpan().StartsWith(_lineBreak.Value) ? tokens[_lineBreak.Value.Length..] : Encode(model, text, addSpecial: false, parseSpecial);
    }

    /// <summary>Whether a text spells a control token, as a document about language models may.</summary>
    internal bool SpellsControlToken(string text) =>
        !Encode(model, text, addSpecial: false, parseSpecial: true).AsSpan().SequenceEqual(Encode(model, text, addSpecial: false, parseSpecial: false));

    /// <summary>Whether a token ends the reply.</summary>
    internal bool EndsGeneration(int token) => LlamaApi.VocabIsEndOfGeneration(model.Vocab, token) != 0;

    /// <summary>Appends a token's bytes; control tokens have none.</summary>
    internal void Decode(int token, List<byte> text)
    {
        Span<byte> piece = stackalloc byte[64];
        int length = Piece(token, piece);
        if (length < 0)
        {
            piece = new byte[-length];
            length = Piece(token, piece);
        }

        text.AddRange(piece[..length]);
    }

    /// <summary>A token's text; bytes that are no whole character become U+FFFD.</summary>
    internal string Text(int token)
    {
        List<byte> bytes = [];
        Decode(token, bytes);
        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
    }

    private int Piece(int token, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return LlamaApi.TokenToPiece(model.Vocab, token, start, buffer.Length, 0, 0);
    }

    private static int[] Encode(LlamaModel model, string text, bool addSpecial, bool parseSpecial)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] tokens = new int[bytes.Length + 4];
        bool held = false;
        try
        {
            model.DangerousAddRef(ref held);
            fixed (byte* from = bytes)
            fixed (int* to = tokens)
            {
                byte nothing = 0;
                int count = LlamaApi.Tokenize(model.Vocab, from is null ? &nothing : from, bytes.Length, to, tokens.Length, addSpecial ? (byte)1 : (byte)0, parseSpecial ? (byte)1 : (byte)0);
                return count >= 0 ? tokens[..count] : throw new InvalidOperationException($"llama_tokenize needs {-count} tokens for {bytes.Length} bytes.");
            }
        }
        finally
        {
            if (held)
                model.DangerousRelease();
        }
    }
}
