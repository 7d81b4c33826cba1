using Parquet.Schema;

namespace R2Synth.Records.Output;

/// <summary>The native shard schema (design, section 5). A new column goes to the end; none is renamed.</summary>
internal sealed class GroupSchema
{
    public DataField Id { get; } = Text("id");

    public DataField Recipe { get; } = Text("recipe");

    public DataField TaskGroup { get; } = Text("task_group");

    public DataField Instruction { get; } = Text("instruction");

    public DataField Query { get; } = Text("query");

    public DataField Language { get; } = Text("language");

    public MapField Attributes { get; } = TextMap("attributes");

    public DataField SeedDocid { get; } = new DataField<string>("seed_docid", nullable: true);

    public PassageFields Positives { get; } = new();

    public PassageFields Negatives { get; } = new();

    public MapField Quality { get; } = NumberMap("quality");

    public DataField Generator { get; } = Text("generator");

    public DataField Judge { get; } = Text("judge");

    public MapField Prompts { get; } = TextMap("prompts");

    public ParquetSchema Schema { get; }

    public GroupSchema() => Schema = new ParquetSchema(
        Id, Recipe, TaskGroup, Instruction, Query, Language, Attributes, SeedDocid,
        Positives.List("positives"), Negatives.List("negatives"), Quality, new StructField("provenance", Generator, Judge, Prompts));

    private static DataField<string> Text(string name) => new(name, nullable: false);

    private static MapField TextMap(string name) => new(name, new DataField<string>("key", nullable: false), new DataField<string>("value", nullable: false));

    private static MapField NumberMap(string name) => new(name, new DataField<string>("key", nullable: false), new DataField<double>("value"));

    /// <summary>The columns of a list of passages.</summary>
    internal sealed class PassageFields
    {
        public DataField Docid { get; } = GroupSchema.Text("docid");

        public DataField Title { get; } = GroupSchema.Text("title");

        public DataField Text { get; } = GroupSchema.Text("text");

        public DataField Grade { get; } = new DataField<int?>("grade");

        public DataField Origin { get; } = GroupSchema.Text("origin");

        public DataField Rank { get; } = new DataField<int?>("rank");

        public MapField Scores { get; } = NumberMap("scores");

        public ListField List(string name) => new(name, new StructField("element", Docid, Title, Text, Grade, Origin, Rank, Scores));
    }
}
