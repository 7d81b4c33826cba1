using R2Synth.Records;

namespace R2Synth.Cli.Commands;

/// <summary>Which file of queries is meant.</summary>
internal static class BeirQueries
{
    /// <summary>The file that the user named, else the one of a BEIR folder.</summary>
    /// <exception cref="InputException">None is named and there is none.</exception>
    public static string Find(AppEnvironment environment, string? named, string corpus)
    {
        if (named is not null) return environment.Resolve(named);
        string plain = Path.Combine(environment.Resolve(corpus), "queries.jsonl");
        if (File.Exists(plain)) return plain;
        if (File.Exists(plain + ".gz")) return plain + ".gz";
        throw new InputException($"--queries is missing, and '{corpus}' is no BEIR folder with a queries.jsonl. Name a file of JSON lines with _id and text, or of lines with id, tab and text.");
    }
}
