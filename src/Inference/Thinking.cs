namespace R2Synth.Inference;

/// <summary>
/// Thoughts that a reasoning model writes before its reply, between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>: they are no part of the reply.
/// </summary>
internal static class Thinking
{
    internal const string Open = "<think>";
    internal const string Close = "</think>";

    /// <summary>What Qwen3's and SmolLM3's templates write before the reply where <c>enable_thinking</c> is false.</summary>
    internal const string SwitchedOff = $"{Open}\n\n{Close}\n\n";

    /// <summary>Whether a chat template belongs to a model that may think.</summary>
    internal static bool Known(string? template) => template?.Contains(Close, StringComparison.Ordinal) == true;

    /// <summary>Whether a chat template has a switch for it.</summary>
    internal static bool HasSwitch(string? template) => Known(template) && template!.Contains("enable_thinking", StringComparison.Ordinal);

    /// <summary>The reply without its thoughts; empty where they were not at their end.</summary>
    internal static string Strip(string reply)
    {
        int end = reply.IndexOf(Close, StringComparison.Ordinal);
        if (end >= 0)
            return reply[(end + Close.Length)..].TrimStart();
        return reply.TrimStart().StartsWith(Open, StringComparison.Ordinal) ? "" : reply;
    }
}
