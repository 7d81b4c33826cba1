using Parquet;

namespace R2Synth.Records.Output;

/// <summary>The columns of one row group of groups.</summary>
internal sealed class GroupColumns
{
    private readonly LeafColumn<ReadOnlyMemory<char>> _id, _recipe, _taskGroup, _instruction, _query, _language, _seedDocid, _generator, _judge;
    private readonly MapColumns<ReadOnlyMemory<char>> _attributes, _prompts;
    private readonly MapColumns<double> _quality;
    private readonly PassageColumns _positives, _negatives;
    private readonly IReadOnlyList<LeafColumn> _all;

    public GroupColumns(GroupSchema schema)
    {
        (_id, _recipe, _taskGroup) = (new(schema.Id), new(schema.Recipe), new(schema.TaskGroup));
        (_instruction, _query, _language) = (new(schema.Instruction), new(schema.Query), new(schema.Language));
        (_attributes, _seedDocid) = (new(schema.Attributes), new(schema.SeedDocid));
        (_positives, _negatives, _quality) = (new(schema.Positives), new(schema.Negatives), new(schema.Quality));
        (_generator, _judge, _prompts) = (new(schema.Generator), new(schema.Judge), new(schema.Prompts));
        _all =
        [
            _id, _recipe, _taskGroup, _instruction, _query, _language, _attributes.Keys, _attributes.Values, _seedDocid,
            .. _positives.All, .. _negatives.All, _quality.Keys, _quality.Values, _generator, _judge, _prompts.Keys, _prompts.Values,
        ];
    }

    /// <summary>Rows added since the last write.</summary>
    public int Count { get; private set; }

    public void Add(Group group)
    {
        Count++;
        _id.Add(group.Id.AsMemory(), 0);
        _recipe.Add(group.Recipe.AsMemory(), 0);
        _taskGroup.Add(group.TaskGroup.AsMemory(), 0);
        _instruction.Add(group.Instruction.AsMemory(), 0);
        _query.Add(group.Query.AsMemory(), 0);
        _language.Add(group.Language.AsMemory(), 0);
        _attributes.Add(Texts(group.Attributes), 0);
        _seedDocid.Add(group.SeedDocid?.AsMemory(), 0);
        _positives.Add(group.Positives);
        _negatives.Add(group.Negatives);
        _quality.Add(group.Quality, 0);
        _generator.Add(group.Provenance.Generator.AsMemory(), 0);
        _judge.Add(group.Provenance.Judge.AsMemory(), 0);
        _prompts.Add(Texts(group.Provenance.Prompts), 0);
    }

    /// <summary>Writes a row group and begins the next.</summary>
    public async Task WriteAsync(ParquetWriter file, CancellationToken cancellationToken)
    {
        using ParquetRowGroupWriter rowGroup = file.CreateRowGroup();
        foreach (LeafColumn column in _all)
            await column.WriteAsync(rowGroup, cancellationToken);
        rowGroup.CompleteValidate();
        Count = 0;
    }

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<char>>> Texts(SortedDictionary<string, string> map) =>
        map.Select(e => KeyValuePair.Create(e.Key, e.Value.AsMemory()));
}
