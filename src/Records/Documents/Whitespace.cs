using System.Text;

namespace R2Synth.Records.Documents;

/// <summary>White space as a reader sees it.</summary>
internal static class Whitespace
{
    /// <summary>Every run of white space and invisible characters becomes one blank; none at the ends.</summary>
    public static string Collapse(string text)
    {
        StringBuilder collapsed = new(text.Length);
        bool pending = false;
        foreach (char c in text)
        {
            // A soft hyphen, a zero-width space or a byte-order mark inside a text is typesetting, not text.
            if (c is '\u00AD' or '\u200B' or '\uFEFF')
                continue;
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                pending = collapsed.Length > 0;
                continue;
            }

            if (pending)
                collapsed.Append(' ');
            pending = false;
            collapsed.Append(c);
        }

        return collapsed.ToString();
    }
}
