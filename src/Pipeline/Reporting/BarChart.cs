using System.Globalization;

namespace R2Synth.Pipeline.Reporting;

/// <summary>A distribution as bars: an inline SVG that scales, prints and follows the page's colours.</summary>
internal static class BarChart
{
    // In units of the drawing: 110 for labels, 200 for the longest bar, 50 for its count.
    private const int LabelWidth = 110;
    private const int BarWidth = 200;
    private const int Width = 360;
    private const int RowHeight = 16;

    /// <summary>Most bars; of more, the largest are shown.</summary>
    private const int MaxBars = 16;

    /// <summary>Adds the chart with its heading.</summary>
    public static void Write(HtmlPage page, Distribution distribution)
    {
        IReadOnlyList<DistributionBin> bins = distribution.Bins;
        int left = Math.Max(0, bins.Count - MaxBars);
        if (left > 0)
        {
            HashSet<DistributionBin> largest = [.. bins.OrderByDescending(bin => bin.Count).Take(MaxBars)];
            bins = [.. bins.Where(largest.Contains)];
        }

        long most = bins.Max(bin => bin.Count);
        page.Open("div.chart").Element("h3", distribution.Name).Element("p.dim", Caption(distribution, left))
            .Constant($"<svg viewBox=\"0 0 {Whole(Width)} {Whole(bins.Count * RowHeight)}\" role=\"img\">\n")
            .Element("title", distribution.Name);
        for (int row = 0; row < bins.Count; row++)
        {
            int baseline = (row * RowHeight) + 12;
            double width = most == 0 ? 0 : (double)BarWidth * bins[row].Count / most;
            page.Constant($"<text x=\"{Whole(LabelWidth - 6)}\" y=\"{Whole(baseline)}\" text-anchor=\"end\">").Text(Short(bins[row].Label)).Constant("</text>")
                .Constant($"<rect x=\"{Whole(LabelWidth)}\" y=\"{Whole((row * RowHeight) + 2)}\" width=\"{Tenth(width)}\" height=\"{Whole(RowHeight - 4)}\"/>")
                .Constant($"<text x=\"{Tenth(LabelWidth + width + 4)}\" y=\"{Whole(baseline)}\">").Text(ReportText.Number(bins[row].Count)).Constant("</text>\n");
        }

        page.Constant("</svg>\n").Close("div");
    }

    private static string Caption(Distribution distribution, int left)
    {
        string caption = distribution.Mean is double mean && distribution.Median is double median
            ? $"{distribution.Unit}; mean {ReportText.Measure(mean)}, median {ReportText.Measure(median)}"
            : distribution.Unit;
        return left == 0 ? caption : $"{caption} the {MaxBars} largest; {ReportText.Number(left)} more".TrimStart();
    }

    private static string Short(string label) => label.Length <= 18 ? label : $"{label[..17]}…";

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Tenth(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
