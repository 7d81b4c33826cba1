using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace R2Synth.Cli.Commands;

/// <summary>Options that are whole numbers, with messages in the user's words.</summary>
internal static class Numbers
{
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
