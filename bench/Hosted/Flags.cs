using System.Globalization;

namespace R2Synth.Bench.Hosted;

/// <summary>Flags of a command line: <c>--name value</c>; a flag may come several times.</summary>
internal sealed class Flags
{
    private readonly List<(string Name, string Value)> _values = [];

    public Flags(string[] args)
    {
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length) throw new ArgumentException($"'{args[i]}' is not a flag with a value.");
            _values.Add((args[i][2..], args[i + 1]));
        }
    }

    public IEnumerable<string> All(string name) => _values.Where(flag => flag.Name == name).Select(flag => flag.Value);

    public string? Text(string name) => All(name).LastOrDefault();

    public int Number(string name, int fallback) => Text(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : fallback;
}
