using R2Synth.Records;

namespace R2Synth.Generators.E5;

/// <summary>What is sampled for one example of the short-long group, with its published values.</summary>
/// <remarks>E5-Mistral (arXiv 2401.00368, appendix C, short-long template); weights from SPEED (arXiv 2410.18634), whose difficulty line appears with p = 0.5.</remarks>
public sealed record E5Attributes
{
    private static readonly (string Value, double Weight)[] QueryTypes = [("extremely long-tail", .4), ("long-tail", .5), ("common", .1)];
    private static readonly (string Value, double Weight)[] QueryLengths = [("less than 5 words", .4), ("5 to 15 words", .4), ("at least 10 words", .2)];
    private static readonly (string Value, double Weight)[] Clarities = [("clear", .6), ("understandable with some effort", .2), ("ambiguous", .2)];
    private static readonly string[] Difficulties = ["high school", "college", "PhD"];
    private static readonly int[] WordCounts = [50, 100, 200, 300, 400, 500];

    /// <summary>How rare the query is.</summary>
    public required string QueryType { get; init; }

    /// <summary>How long the query is.</summary>
    public required string QueryLength { get; init; }

    /// <summary>How clear the query is.</summary>
    public required string Clarity { get; init; }

    /// <summary>Fewest words of a document.</summary>
    public required int Words { get; init; }

    /// <summary>Education that understanding takes; empty where the prompt leaves it out.</summary>
    public required string Difficulty { get; init; }

    /// <summary>ISO 639-1 code of the language.</summary>
    public required string Language { get; init; }

    /// <summary>Draws all attributes.</summary>
    /// <param name="chance">The unit's own stream; seven numbers are taken.</param>
    /// <param name="languages">Codes to draw from with equal weight, at least one.</param>
    public static E5Attributes Draw(UnitSeed chance, IReadOnlyList<string> languages)
    {
        ArgumentNullException.ThrowIfNull(chance);
        ArgumentNullException.ThrowIfNull(languages);
        return new E5Attributes
        {
            QueryType = Weighted(QueryTypes, chance),
            QueryLength = Weighted(QueryLengths, chance),
            Clarity = Weighted(Clarities, chance),
            Words = WordCounts[chance.Next(WordCounts.Length)],
            Difficulty = chance.NextDouble() < 0.5 ? Difficulties[chance.Next(Difficulties.Length)] : "",
            Language = languages[chance.Next(languages.Count)],
        };
    }

    private static string Weighted((string Value, double Weight)[] values, UnitSeed chance)
    {
        double x = chance.NextDouble();
        foreach ((string value, double weight) in values)
        {
            if ((x -= weight) < 0) return value;
        }

        return values[^1].Value;
    }
}
