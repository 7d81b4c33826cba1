using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary><c>llama_chat_message</c>: two UTF-8 texts that end in a zero byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChatMessageData
{
    public byte* Role;
    public byte* Content;
}
