using System.Globalization;

namespace R2Synth.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Rate(double perSecond) =>
        perSecond >= 100 ? perSecond.ToString("#,0", CultureInfo.InvariantCulture) : perSecond.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary><c>0:35</c>, <c>12:04</c>, <c>3:02:11</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    public static string Share(long part, long whole) =>
        whole == 0 ? "-" : (100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>The number of a model's weights, in three digits: <c>135M</c>, <c>1.54B</c>.</summary>
    public static string Weights(long weights) => weights switch
    {
        >= 100_000_000_000 => (weights / 1e9).ToString("0", CultureInfo.InvariantCulture) + "B",
        >= 10_000_000_000 => (weights / 1e9).ToString("0.0", CultureInfo.InvariantCulture) + "B",
        >= 1_000_000_000 => (weights / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + "B",
        >= 100_000_000 => (weights / 1e6).ToString("0", CultureInfo.InvariantCulture) + "M",
        _ => (weights / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + "M",
    };

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB",
        >= 1L << 20 => (bytes / (double)(1L << 20)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        >= 1L << 10 => (bytes / (double)(1L << 10)).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
        _ => bytes.ToString(CultureInfo.InvariantCulture) + " B",
    };
}
