using Microsoft.Extensions.AI;

namespace R2Synth.Inference;

/// <summary>Names that <see cref="ChatOptions.AdditionalProperties"/>, and those of replies, may hold for our backends.</summary>
public static class CallOptions
{
    /// <summary>
    /// True: the one user message is a text to be continued as it stands, without the chat template (weak models write better from worked examples).
    /// A hosted chat model gets it as a user message.
    /// </summary>
    public const string Completion = "r2synth.completion";

    /// <summary>
    /// Text at the start of a completion that many calls share, as a length in UTF-16 code units (int): the backend computes it once. A hint, never changes the reply.
    /// </summary>
    public const string SharedPrefixLength = "r2synth.sharedPrefixLength";

    /// <summary>In a reply: what it did cost, in US dollars (decimal). Absent where nothing was paid.</summary>
    public const string Cost = "r2synth.cost";
}
