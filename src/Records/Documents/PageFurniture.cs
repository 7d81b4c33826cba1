using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace R2Synth.Records.Documents;

/// <summary>What surrounds the text of a page: menus, search boxes, tables of contents, scripts.</summary>
internal static partial class PageFurniture
{
    private static readonly HashSet<string> Elements =
    [
        "aside", "audio", "button", "canvas", "embed", "footer", "form", "iframe", "img", "input", "link", "map", "meta", "nav", "noscript",
        "object", "script", "search", "select", "style", "svg", "template", "textarea", "title", "video",
    ];

    private static readonly HashSet<string> Roles = ["banner", "complementary", "contentinfo", "menu", "menubar", "navigation", "search"];

    /// <summary>Whether an element and all that it holds is left out.</summary>
    public static bool IsFurniture(IElement element) =>
        Elements.Contains(element.LocalName)
        || element.HasAttribute("hidden")
        || Roles.Contains(element.GetAttribute("role") ?? "")
        || (element.LocalName is "div" or "ul" or "ol" or "section" or "table" or "p" or "a" or "span" && IsNamedSo(element))
        || (element.LocalName is "ul" or "ol" && IsContentsList(element));

    /// <summary>Whether a text is only the date of the page's last change.</summary>
    public static bool IsDateLine(string text) => text.Length < 200 && DateLine().IsMatch(text);

    private static bool IsNamedSo(IElement element) =>
        Name().IsMatch(element.Id ?? "") || element.ClassList.Any(c => Name().IsMatch(c));

    // Every item is nothing but a link into the same page.
    private static bool IsContentsList(IElement list)
    {
        int links = 0;
        foreach (IElement item in list.QuerySelectorAll("li"))
        {
            IElement? link = item.Children.FirstOrDefault(c => c.LocalName is "a");
            if (link is null || !(link.GetAttribute("href") ?? "").StartsWith('#'))
                return false;
            string own = string.Concat(item.ChildNodes.Where(n => n is not IElement { LocalName: "ul" or "ol" }).Select(n => n.TextContent));
            if (own.Trim() != link.TextContent.Trim())
                return false;
            links++;
        }

        return links > 0;
    }

    [GeneratedRegex("^(?:[a-z]+[-_])?(?:nav|navbar|navigation|nosearch|sidenav|subnav|menu|mainmenu|submenu|searchmenu|searchbox|breadcrumbs?|pagination|toc|table-of-contents|skip-?(?:link|nav)|skipnav|footnote-(?:back-)?ref)\\d*$", RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*(?:this page (?:was )?)?last (?:modified|updated|changed)\b", RegexOptions.IgnoreCase)]
    private static partial Regex DateLine();
}
