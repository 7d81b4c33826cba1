using R2Synth.Inference.Structured;

namespace R2Synth.Generators;

/// <summary>Names of faults as rejects show them.</summary>
internal static class ReplyFaultNames
{
    /// <summary>The fault in kebab case, for instance <c>not-json</c>; <c>empty</c> where a reply has neither JSON nor a fault.</summary>
    public static string FaultName(this StructuredReply reply) => reply.Fault switch
    {
        ReplyFault.NotJson => "not-json",
        ReplyFault.WrongSchema => "wrong-schema",
        ReplyFault.CutOff => "cut-off",
        ReplyFault.Refused => "refused",
        _ => "empty",
    };
}
