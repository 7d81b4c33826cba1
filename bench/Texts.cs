namespace R2Synth.Bench;

internal static class Texts
{
    public const string Examples =
        "Passage: The Eiffel Tower was finished in 1889 for the World's Fair and stands 330 metres tall on the Champ de Mars in Paris.\nSearch query: how tall is the eiffel tower\n\n"
        + "Passage: Photosynthesis turns light, water and carbon dioxide into sugar and oxygen inside the chloroplasts of green plants.\nSearch query: what does photosynthesis produce\n\n"
        + "Passage: Vitamin D is made in the skin under sunlight and helps the body take up calcium from food; without it bones grow soft.\nSearch query: why does the body need vitamin d\n\n";

    public static readonly string[] Queries = ["how do heat pumps work", "which river carries most water", "when did printing spread in europe", "why does concrete set"];

    private static readonly string[] Sentences =
    [
        "A heat pump moves heat from a cold place to a warm one, and the work that it needs is a fraction of the heat that it moves.",
        "The Amazon carries more water than the next seven rivers together, and in the wet season it floods forests as large as England.",
        "Gutenberg printed with movable type around 1450, and within fifty years there were presses in more than two hundred towns.",
        "Concrete sets because cement reacts with water, not because it dries, and it goes on gaining strength for years.",
        "Ada Lovelace wrote notes on the Analytical Engine in 1843, among them an algorithm for the Bernoulli numbers.",
        "Sea ice reflects most of the sunlight that falls on it, while open water takes most of it up and warms.",
    ];

    /// <summary>A passage of about 120 tokens; each number gives another one.</summary>
    public static string Passage(int i) =>
        string.Join(' ', Enumerable.Range(0, 5).Select(n => Sentences[(i + (n * (1 + (i / 6 % 5)))) % 6])) + $" Note {i}.";
}
