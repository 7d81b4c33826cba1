using R2Synth.Inference.Structured;

namespace R2Synth.Generators;

/// <summary>Faults as rejects show them.</summary>
internal static class ReplyFaultNames
{
    private const int LongestText = 4000; // characters

    /// <summary>The fault in kebab case, for instance <c>not-json</c>; <c>empty</c> where a reply has neither JSON nor a fault.</summary>
    public static string FaultName(this StructuredReply reply) => reply.Fault switch
    {
        ReplyFault.NotJson => "not-json",
        ReplyFault.WrongSchema => "wrong-schema",
        ReplyFault.CutOff => "cut-off",
        ReplyFault.Refused => "refused",
        _ => "empty",
    };

    /// <summary>What was wrong and what the model wrote, cut to a few kilobytes: enough to see why.</summary>
    public static string FaultDetail(this StructuredReply reply)
    {
        int kept = Math.Min(reply.Text.Length, LongestText);
        if (kept < reply.Text.Length && char.IsHighSurrogate(reply.Text[kept - 1])) kept--; // no half character
        string text = kept == reply.Text.Length ? reply.Text : $"{reply.Text[..kept]} ({reply.Text.Length - kept} characters more)";
        return reply.Detail.Length == 0 || reply.Detail == text ? text
            : text.Length == 0 ? reply.Detail
            : $"{reply.Detail} The reply: {text}";
    }
}
