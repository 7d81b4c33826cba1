using System.Globalization;

namespace R2Synth.Pipeline.Money;

/// <summary>US dollars as people read them, and as SQLite keeps them: whole nano-dollars, so that sums are exact.</summary>
public static class Dollars
{
    private const decimal NanosPerDollar = 1_000_000_000m;

    /// <summary><c>$0.10</c>, <c>$0.0123</c>, <c>$0.000042</c>, <c>$1,234.50</c>: more digits for less money.</summary>
    public static string Text(decimal dollars) => "$" + dollars.ToString(
        dollars >= 100 ? "#,0.00" : dollars is 0 or >= 0.01m ? "0.00##" : "0.00#######", CultureInfo.InvariantCulture);

    /// <summary>Nano-dollars, rounded up: money is never counted for less than it is.</summary>
    internal static long ToNanos(decimal dollars) => (long)Math.Min(long.MaxValue / 4, Math.Ceiling(dollars * NanosPerDollar));

    /// <summary>Nano-dollars, rounded down: for a limit.</summary>
    internal static long ToNanosBelow(decimal dollars) => (long)Math.Min(long.MaxValue / 4, Math.Floor(dollars * NanosPerDollar));

    /// <summary>Dollars again.</summary>
    internal static decimal FromNanos(long nanos) => nanos / NanosPerDollar;
}
