using System.Text.RegularExpressions;

namespace R2Synth.Records.Documents;

/// <summary>The tags of site generators (Liquid, Nunjucks, Hugo, Kramdown) in a Markdown file.</summary>
internal static partial class TemplateTags
{
    /// <summary>Takes the tags out: what stands between an opening and a closing one stays, comments do not. Fenced code is left as it is.</summary>
    /// <param name="source">Markdown, lines ended by LF.</param>
    public static string Remove(string source)
    {
        if (!source.Contains("{%", StringComparison.Ordinal) && !source.Contains("{{", StringComparison.Ordinal)
            && !source.Contains("{:", StringComparison.Ordinal) && !source.Contains("{#", StringComparison.Ordinal))
            return source;

        int from = 0;
        List<string> parts = [];
        foreach (Match code in FencedCode().Matches(source))
        {
            parts.Add(RemoveFrom(source[from..code.Index]));
            parts.Add(code.Value);
            from = code.Index + code.Length;
        }

        parts.Add(RemoveFrom(source[from..]));
        return string.Concat(parts);
    }

    private static string RemoveFrom(string text)
    {
        text = Comment().Replace(text, "");
        text = CodeOfTag().Replace(text, "");
        text = TagAtLineStart().Replace(text, "${indent}");
        return Tag().Replace(text, "");
    }

    [GeneratedRegex(@"^[ \t]*(?<fence>`{3,}|~{3,})[^\n]*\n(?:[^\n]*\n)*?[ \t]*\k<fence>[`~]*[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex FencedCode();

    [GeneratedRegex(@"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}|\{#.*?#\}", RegexOptions.Singleline)]
    private static partial Regex Comment();

    // Inline code that is only a tag would leave a pair of empty back-quotes.
    [GeneratedRegex(@"[ \t]*`\s*(?:\{\{[^`]*?\}\}|\{%[^`]*?%\})\s*`")]
    private static partial Regex CodeOfTag();

    [GeneratedRegex(@"^(?<indent>[ \t]*)(?:\{%(?:(?!%\}|\n).)*%\}|\{\{(?:(?!\}\}|\n).)*\}\})[ \t]+", RegexOptions.Multiline)]
    private static partial Regex TagAtLineStart();

    // A tag may run over lines, not over an empty one: an opening without its end must not swallow the text.
    [GeneratedRegex(@"\{%(?:(?!%\}|\n[ \t]*\n).)*%\}|\{\{(?:(?!\}\}|\n[ \t]*\n).)*\}\}|\{:[^}\n]*\}", RegexOptions.Singleline)]
    private static partial Regex Tag();
}
