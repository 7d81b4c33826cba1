using System.Globalization;

namespace R2Synth.Cli.Output;

/// <summary>Differences as people read them: always with a sign, zero without a wrong one.</summary>
internal static class Signed
{
    /// <summary><c>+0.012</c>; what rounds to zero is <c>+0.000</c> from either side.</summary>
    public static string Of(double value, int digits)
    {
        double rounded = Math.Round(value, digits) + 0.0; // -0 becomes 0
        return (rounded < 0 ? "-" : "+") + Math.Abs(rounded).ToString($"F{digits}", CultureInfo.InvariantCulture);
    }
}
