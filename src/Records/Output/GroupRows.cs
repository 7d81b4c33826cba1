using Parquet;
using Parquet.Schema;
using Text = System.ReadOnlyMemory<char>;

namespace R2Synth.Records.Output;

/// <summary>Puts the groups of a row group together from its columns.</summary>
internal sealed class GroupRows
{
    private readonly ParquetRowGroupReader _rowGroup;
    private readonly Dictionary<string, DataField> _fields;

    private GroupRows(ParquetRowGroupReader rowGroup, Dictionary<string, DataField> fields) => (_rowGroup, _fields) = (rowGroup, fields);

    /// <summary>The groups of a row group.</summary>
    /// <exception cref="InvalidDataException">A column is missing or of another type.</exception>
    public static async Task<List<Group>> ReadAsync(ParquetRowGroupReader rowGroup, ParquetSchema schema, CancellationToken cancellationToken)
    {
        Dictionary<string, DataField> fields = schema.DataFields.ToDictionary(f => f.Path.ToString(), StringComparer.Ordinal);
        return await new GroupRows(rowGroup, fields).ReadAsync(cancellationToken);
    }

    private async Task<List<Group>> ReadAsync(CancellationToken token)
    {
        LeafCursor<Text> id = await TextAsync("id", token), recipe = await TextAsync("recipe", token), taskGroup = await TextAsync("task_group", token);
        LeafCursor<Text> instruction = await TextAsync("instruction", token), query = await TextAsync("query", token), language = await TextAsync("language", token);
        LeafCursor<Text> seedDocid = await TextAsync("seed_docid", token);
        LeafCursor<Text> generator = await TextAsync("provenance/generator", token), judge = await TextAsync("provenance/judge", token);
        Func<SortedDictionary<string, string>> attributes = await TextMapAsync("attributes", token), prompts = await TextMapAsync("provenance/prompts", token);
        Func<SortedDictionary<string, double>> quality = await MapAsync<double, double>("quality", 1, v => v, token);
        Func<List<JudgedPassage>> positives = await PassagesAsync("positives", token), negatives = await PassagesAsync("negatives", token);

        List<Group> groups = [];
        for (long i = 0; i < _rowGroup.RowCount; i++)
        {
            groups.Add(new Group
            {
                Id = Required(id.Next()),
                Recipe = Required(recipe.Next()),
                TaskGroup = Required(taskGroup.Next()),
                Instruction = Required(instruction.Next()),
                Query = Required(query.Next()),
                Language = Required(language.Next()),
                Attributes = attributes(),
                SeedDocid = seedDocid.Next()?.ToString(),
                Positives = positives(),
                Negatives = negatives(),
                Quality = quality(),
                Provenance = new Provenance { Generator = Required(generator.Next()), Judge = Required(judge.Next()), Prompts = prompts() },
            });
        }

        return groups;
    }

    private async Task<Func<List<JudgedPassage>>> PassagesAsync(string list, CancellationToken token)
    {
        string element = $"{list}/list/element";
        LeafCursor<Text> docid = await TextAsync($"{element}/docid", token), title = await TextAsync($"{element}/title", token);
        LeafCursor<Text> text = await TextAsync($"{element}/text", token), origin = await TextAsync($"{element}/origin", token);
        LeafCursor<int> grade = await CursorAsync<int>($"{element}/grade", token), rank = await CursorAsync<int>($"{element}/rank", token);
        Func<SortedDictionary<string, double>> scores = await MapAsync<double, double>($"{element}/scores", 2, v => v, token);
        return () =>
        {
            List<JudgedPassage> passages = [];
            do
            {
                (Text? id, Text? head, Text? body, Text? from) = (docid.Next(), title.Next(), text.Next(), origin.Next());
                (int? graded, int? ranked, SortedDictionary<string, double> scored) = (grade.Next(), rank.Next(), scores());
                if (id is not Text present)
                    break;   // an empty list has one place without a value in every column
                passages.Add(new JudgedPassage
                {
                    Docid = present.ToString(),
                    Title = Required(head),
                    Text = Required(body),
                    Grade = graded,
                    Origin = OriginNames.Parse(Required(from)) ?? throw new InvalidDataException($"'{from}' in column '{element}/origin' is not an origin (seed, mined, relabelled, generated)."),
                    Rank = ranked,
                    Scores = scored,
                });
            }
            while (docid.Repeats(1));
            return passages;
        };
    }

    private Task<Func<SortedDictionary<string, string>>> TextMapAsync(string map, CancellationToken token) => MapAsync<Text, string>(map, 1, v => v.ToString(), token);

    private async Task<Func<SortedDictionary<string, TValue>>> MapAsync<T, TValue>(string map, int level, Func<T, TValue> convert, CancellationToken token)
        where T : struct
    {
        LeafCursor<Text> keys = await TextAsync($"{map}/key_value/key", token);
        LeafCursor<T> values = await CursorAsync<T>($"{map}/key_value/value", token);
        return () =>
        {
            SortedDictionary<string, TValue> entries = new(StringComparer.Ordinal);
            do
            {
                (Text? key, T? value) = (keys.Next(), values.Next());
                if (key is Text name && value is T present)
                    entries[name.ToString()] = convert(present);
            }
            while (keys.Repeats(level));
            return entries;
        };
    }

    private Task<LeafCursor<Text>> TextAsync(string path, CancellationToken token) => CursorAsync<Text>(path, token);

    private Task<LeafCursor<T>> CursorAsync<T>(string path, CancellationToken token)
        where T : struct =>
        _fields.TryGetValue(path, out DataField? field)
            ? LeafCursor<T>.ReadAsync(_rowGroup, field, token)
            : throw new InvalidDataException($"Column '{path}' is missing; the file has {string.Join(", ", _fields.Keys)}.");

    private static string Required(Text? text) => text?.ToString() ?? "";
}
