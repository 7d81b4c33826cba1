using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Dedup;

/// <summary>Queries made of made-up words.</summary>
internal static class Texts
{
    public static string Random(UnitSeed seed, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Word(seed)));

    /// <summary>Other letters in some places.</summary>
    public static string Mutate(string text, UnitSeed seed, int places)
    {
        char[] letters = text.ToCharArray();
        for (int i = 0; i < places; i++)
        {
            letters[seed.Next(letters.Length)] = (char)('a' + seed.Next(26));
        }

        return new string(letters);
    }

    private static string Word(UnitSeed seed) => string.Concat(Enumerable.Range(0, 2 + seed.Next(8)).Select(_ => (char)('a' + seed.Next(26))));
}
