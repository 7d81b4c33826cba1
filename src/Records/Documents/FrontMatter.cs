using System.Text.RegularExpressions;

namespace R2Synth.Records.Documents;

/// <summary>The settings at the head of a Markdown file, between lines of <c>---</c> (YAML) or <c>+++</c> (TOML).</summary>
internal static partial class FrontMatter
{
    /// <summary>Parts front matter from the text.</summary>
    /// <param name="source">The file's text, lines ended by LF.</param>
    /// <returns>The value of a top-level <c>title</c>, empty where there is none, and the text after the front matter.</returns>
    public static (string Title, string Body) Split(string source)
    {
        Match match = Fences().Match(source);
        return match.Success ? (TitleOf(match.Groups["settings"].Value), source[match.Length..]) : ("", source);
    }

    private static string TitleOf(string settings)
    {
        Match match = TitleSetting().Match(settings);
        if (!match.Success)
            return "";
        string value = match.Groups["value"].Value.Trim();
        if (value.Length > 0 && value[0] is '>' or '|' && value.Length <= 2 || value.Length == 0)
            return match.Groups["more"].Value;   // a block scalar, or a plain one begun on the next line
        if (value[0] is '"' or '\'' && value.IndexOf(value[0], 1) is > 0 and int end)
            return value[0] == '\'' && value.Length > end + 1 && value[end + 1] == '\'' ? value.Trim('\'').Replace("''", "'", StringComparison.Ordinal) : value[1..end];
        int comment = value.IndexOf(" #", StringComparison.Ordinal);
        return $"{(comment < 0 ? value : value[..comment])} {match.Groups["more"].Value}";
    }

    [GeneratedRegex(@"\A(?<fence>---|\+\+\+)[ \t]*\n(?<settings>(?:.*\n)*?)\k<fence>[ \t]*(?:\n|\z)")]
    private static partial Regex Fences();

    [GeneratedRegex(@"^title[ \t]*[:=][ \t]*(?<value>.*)\n?(?<more>(?:[ \t]+\S.*\n?)*)", RegexOptions.Multiline)]
    private static partial Regex TitleSetting();
}
