using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Turns messages into a prompt by the model's own chat template, as far as llama.cpp knows its kind. A model that thinks before it answers is told not to, where its template has a switch for that. Thread-safe.</summary>
internal sealed unsafe class ChatTemplate(LlamaModel model, Tokenizer tokenizer, string modelFile)
{
    private const char MarkStart = '\uE000';
    private const char MarkEnd = '\uE001';

    private readonly byte[]? _template = Read(model);
    private readonly string _end = Thinking.HasSwitch(model.Header.ChatTemplate) ? Thinking.SwitchedOff : "";

    /// <summary>Whether replies may begin with thoughts, which are to be cut off.</summary>
    internal bool Thinks { get; } = Thinking.Known(model.Header.ChatTemplate);

    /// <summary>Tokens of the messages, ending where the assistant's reply begins.</summary>
    /// <exception cref="InputException">The model has no template, or none that llama.cpp knows.</exception>
    internal int[] Encode(IReadOnlyList<(string Role, string Text)> messages)
    {
        if (!messages.Any(message => tokenizer.SpellsControlToken(message.Text)))
            return tokenizer.Encode(Apply(messages), parseSpecial: true);

        // Data must not end its own message: only the template's parts may stand for control tokens.
        string marked = Apply([.. messages.Select((message, i) => (message.Role, string.Create(CultureInfo.InvariantCulture, $"{MarkStart}{i}{MarkEnd}")))]);
        string[] parts = marked.Split(MarkStart);
        List<int> tokens = [.. tokenizer.Encode(parts[0], parseSpecial: true)];
        foreach (string part in parts[1..])
        {
            int end = part.IndexOf(MarkEnd, StringComparison.Ordinal);
            tokens.AddRange(tokenizer.EncodePiece(messages[int.Parse(part[..end], CultureInfo.InvariantCulture)].Text));
            tokens.AddRange(tokenizer.EncodePiece(part[(end + 1)..], parseSpecial: true));
        }

        return [.. tokens];
    }

    /// <summary>The prompt as text.</summary>
    /// <exception cref="InputException">The model has no template, or none that llama.cpp knows.</exception>
    internal string Apply(IReadOnlyList<(string Role, string Text)> messages)
    {
        if (_template is null)
            throw new InputException($"The model '{modelFile}' has no chat template. Use prompts that are completions (Weak: true), or an instruct model.");

        using var texts = new NativeTexts(messages.Count * 2);
        ChatMessageData[] data = [.. messages.Select(message => new ChatMessageData { Role = texts.Add(message.Role), Content = texts.Add(message.Text) })];
        byte[] buffer = new byte[1024 + messages.Sum(message => (message.Text.Length * 3) + 256)];
        while (true)
        {
            int length;
            fixed (byte* template = _template)
            fixed (ChatMessageData* first = data)
            fixed (byte* to = buffer)
                length = LlamaApi.ChatApplyTemplate((nint)template, first, (nuint)data.Length, 1, to, buffer.Length);
            if (length < 0)
                throw new InputException($"llama.cpp does not know the kind of the chat template in '{modelFile}'. Use prompts that are completions (Weak: true), another instruct model, or a server (Kind: OpenAI).");
            if (length <= buffer.Length)
                return Encoding.UTF8.GetString(buffer, 0, length) + _end;
            buffer = new byte[length + 1];
        }
    }

    private static byte[]? Read(LlamaModel model)
    {
        nint template = LlamaApi.ModelChatTemplate(model.Handle, null);
        return template == 0 ? null : [.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)template), 0];
    }
}
