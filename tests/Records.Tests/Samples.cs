using CsCheck;

namespace R2Synth.Records.Tests;

/// <summary>Groups for the tests of writers and readers.</summary>
internal static class Samples
{
    public static Group Group(int ordinal, params JudgedPassage[] negatives) => new()
    {
        Id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"gecko-{ordinal:00000000}"),
        Recipe = "gecko",
        TaskGroup = "question-answering",
        Instruction = "Given a question, find passages that answer it.",
        Query = "Wie heißt der 🐇 im 漢字? \"quoted\" <b>&'",
        Language = "de",
        Attributes = new(StringComparer.Ordinal) { ["length"] = "short", ["Clarity"] = "clear" },
        SeedDocid = "a.md#0",
        Positives = [new() { Docid = "a.md#0", Title = "T", Text = "Text\nline", Grade = 3, Origin = Origin.Relabelled, Rank = 1, Scores = new(StringComparer.Ordinal) { ["bm25"] = 12.1, ["rc"] = 1.0 / 3 } }],
        Negatives = negatives,
        Quality = new(StringComparer.Ordinal) { ["grounded"] = 0.5 },
        Provenance = new() { Generator = "m@1", Judge = "j@2", Prompts = new(StringComparer.Ordinal) { ["query"] = "abc" } },
    };

    public static JudgedPassage Negative(int rank) => new() { Docid = $"b#{rank}", Text = "other", Origin = Origin.Mined, Rank = rank, Scores = new(StringComparer.Ordinal) { ["bm25"] = -rank } };

    /// <summary>As little as a group can hold.</summary>
    public static Group Bare(int ordinal) => new()
    {
        Id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"bare-{ordinal:00000000}"),
        Recipe = "",
        TaskGroup = "",
        Instruction = "",
        Query = "",
        Positives = [],
        Negatives = [],
        Provenance = new() { Generator = "" },
    };

    /// <summary>Any group; texts of whole characters only, as files cannot hold halves.</summary>
    public static Gen<Group> GenGroup { get; } = MakeGenGroup();

    private static Gen<Group> MakeGenGroup()
    {
        Gen<string> text = Gen.OneOf(Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 20], Gen.Const("🐇 漢字 e\u0301 \u202e"), Gen.Const(""));
        Gen<SortedDictionary<string, string>> texts = Gen.Select(text, text).Array[0, 3].Select(e => Sorted(e));
        Gen<SortedDictionary<string, double>> numbers = Gen.Select(text, Gen.Double).Array[0, 3].Select(e => Sorted(e));
        Gen<JudgedPassage> passage = Gen.Select(text, text, text, Gen.Int[0, 3].Nullable(), Gen.Int[0, 3], Gen.Int[1, 100].Nullable(), numbers,
            (docid, title, body, grade, origin, rank, scores) => new JudgedPassage { Docid = docid, Title = title, Text = body, Grade = grade, Origin = (Origin)origin, Rank = rank, Scores = scores });
        return Gen.Select(text.Array[7], text.Null(), passage.List[0, 4], passage.List[0, 4], texts, numbers, texts,
            (t, seed, positives, negatives, attributes, quality, prompts) => new Group
            {
                Id = t[0],
                Recipe = t[1],
                TaskGroup = t[2],
                Instruction = t[3],
                Query = t[4],
                Language = t[5],
                SeedDocid = seed,
                Positives = positives,
                Negatives = negatives,
                Attributes = attributes,
                Quality = quality,
                Provenance = new() { Generator = t[6], Judge = t[0], Prompts = prompts },
            });
    }

    private static SortedDictionary<string, T> Sorted<T>((string Key, T Value)[] entries)
    {
        SortedDictionary<string, T> map = new(StringComparer.Ordinal);
        foreach ((string key, T value) in entries)
            map[key] = value;
        return map;
    }
}
