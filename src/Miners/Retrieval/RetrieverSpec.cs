using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>
/// A retriever as a user names it: names joined by <c>+</c> are fused by reciprocal rank, and <c>,late</c> at the end reranks the hits by late interaction: <c>bm25+static</c>,
/// <c>bm25,late</c>. Immutable.
/// </summary>
public sealed record RetrieverSpec
{
    private static readonly (string Name, RetrieverKind Kind, string? Argument, bool Required)[] Known =
    [
        ("bm25", RetrieverKind.Bm25, null, false), ("tfidf", RetrieverKind.Tfidf, null, false), ("dense", RetrieverKind.Dense, "BACKEND", false), ("static", RetrieverKind.Static, null, false),
        ("late", RetrieverKind.Late, "BACKEND", false), ("promptreps", RetrieverKind.PromptReps, "BACKEND", false), ("impacts", RetrieverKind.Impacts, "PATH", true), ("run", RetrieverKind.Run, "FILE", true),
    ];

    private RetrieverSpec()
    {
    }

    /// <summary>What is allowed, for messages and help.</summary>
    public static string Allowed { get; } =
        $"{string.Join(", ", Known.Select(known => known.Required ? $"{known.Name}:{known.Argument}" : known.Name))}; several joined by '+' are fused by reciprocal rank, ',late' at the end reranks";

    /// <summary>The retrievers whose rankings are fused, in the order written; at least one, each once.</summary>
    public required IReadOnlyList<RetrieverPart> Parts { get; init; }

    /// <summary>What reranks their hits; null where nothing does.</summary>
    public RetrieverPart? Reranker { get; init; }

    /// <summary>How it is written.</summary>
    public string Name => string.Join('+', Parts.Select(part => part.Name)) + (Reranker is null ? "" : $",{Reranker.Name}");

    /// <summary>Reads a name.</summary>
    /// <param name="text">For instance <c>bm25+dense:minilm</c>. A file's name may hold a plus or a comma, unless the name of a retriever follows it.</param>
    /// <exception cref="InputException">A name is not known, occurs twice, lacks its argument or has one that it does not take. The message names what is allowed.</exception>
    public static RetrieverSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim();
        RetrieverPart? reranker = null;
        int comma = name.LastIndexOf(',');
        if (comma >= 0 && Begins(name[(comma + 1)..]) == RetrieverKind.Late)
        {
            reranker = Part(text, name[(comma + 1)..]);
            name = name[..comma];
        }

        List<RetrieverPart> parts = [];
        int start = 0;
        for (int plus = name.IndexOf('+', StringComparison.Ordinal); plus >= 0; plus = name.IndexOf('+', plus + 1))
        {
            // A plus in a file's name is the file's, as long as no retriever's name follows.
            if (Begins(name[start..plus]) is RetrieverKind.Run or RetrieverKind.Impacts && Begins(name[(plus + 1)..]) is null) continue;
            parts.Add(Part(text, name[start..plus]));
            start = plus + 1;
        }

        parts.Add(Part(text, name[start..]));
        if (parts.GroupBy(part => part).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InputException($"The retriever '{text}' names '{twice.Key.Name}' twice. Name each once.");
        return new RetrieverSpec { Parts = parts, Reranker = reranker };
    }

    internal static string Spell(RetrieverKind kind) => Known.First(known => known.Kind == kind).Name;

    private static RetrieverKind? Begins(string text)
    {
        string name = text.Split('+', ':')[0];
        return Known.FirstOrDefault(known => known.Name == name) is { Name: not null } found ? found.Kind : null;
    }

    private static RetrieverPart Part(string whole, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        string? argument = colon < 0 ? null : text[(colon + 1)..];
        if (Known.FirstOrDefault(known => known.Name == name) is not { Name: not null } found)
        {
            string nearest = Nearest.To(name, Known.Select(known => known.Name)) is { } near ? $" Did you mean '{near}'?" : "";
            throw new InputException($"There is no retriever '{name}'{(whole == name ? "" : $" (in '{whole}')")}.{nearest} Allowed: {Allowed}.");
        }

        if (found.Argument is null && argument is not null) throw new InputException($"The retriever '{text}': {name} takes nothing after a colon. Allowed: {Allowed}.");
        if (argument is { Length: 0 } || (found.Required && argument is null)) throw new InputException($"The retriever '{text}': after '{name}:' there must be its {found.Argument}. Allowed: {Allowed}.");
        return new RetrieverPart(found.Kind, argument);
    }
}
