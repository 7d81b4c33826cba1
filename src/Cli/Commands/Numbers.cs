using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace R2Synth.Cli.Commands;

/// <summary>Options that are numbers, with messages in the user's words.</summary>
internal static class Numbers
{
    private const decimal MostDollars = 1_000_000_000;

    public static Option<int?> Int(string name, string helpName, string description, int minimum, int maximum = int.MaxValue) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => (int?)Parse(result, name, minimum, maximum),
    };

    public static Option<long?> Long(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => Parse(result, name, long.MinValue, long.MaxValue),
    };

    /// <summary>An amount of US dollars, above 0, with a point before the cents whatever the machine's language.</summary>
    public static Option<decimal?> Dollars(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal dollars) && dollars is > 0 and <= MostDollars) return dollars;
            result.AddError($"{name} is '{text}'; allowed: US dollars above 0, for instance 2.50.");
            return null;
        },
    };

    private static long? Parse(ArgumentResult result, string name, long minimum, long maximum)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) && value >= minimum && value <= maximum) return value;
        string allowed = minimum == long.MinValue ? "a whole number"
            : maximum == int.MaxValue ? $"a whole number from {minimum}"
            : $"a whole number, {minimum} to {maximum}";
        result.AddError($"{name} is '{text}'; allowed: {allowed}.");
        return null;
    }
}
