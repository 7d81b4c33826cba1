using System.Globalization;
using DuckDB.NET.Data;
using Parquet;

namespace R2Synth.Records.Tests;

public sealed class GroupParquetWriterTests : GroupWriterContract
{
    [Fact]
    public async Task More_groups_than_a_row_group_holds_make_several()
    {
        Group[] groups = [.. Enumerable.Range(0, 2500).Select(i => i % 7 == 0 ? Samples.Bare(i) : Samples.Group(i, Samples.Negative(2)))];
        await WriteAsync(Path("a"), groups);
        await using (ParquetReader file = await ParquetReader.CreateAsync(Path("a")))
            Assert.Equal([1000, 1000, 500], file.RowGroups.Select(g => (int)g.RowCount));
        Assert.Equal(groups.Select(g => g.Id), (await AllAsync(Path("a"))).Select(g => g.Id));
    }

    [Fact]
    public async Task DuckDB_reads_the_schema_of_the_design()
    {
        await WriteAsync(Path("a.parquet"), [Samples.Group(1)]);
        const string Passages = "STRUCT(docid VARCHAR, title VARCHAR, \"text\" VARCHAR, grade INTEGER, origin VARCHAR, rank INTEGER, scores MAP(VARCHAR, DOUBLE))[]";
        Assert.Equal(
            [
                "id VARCHAR", "recipe VARCHAR", "task_group VARCHAR", "instruction VARCHAR", "query VARCHAR", "language VARCHAR",
                "attributes MAP(VARCHAR, VARCHAR)", "seed_docid VARCHAR", $"positives {Passages}", $"negatives {Passages}", "quality MAP(VARCHAR, DOUBLE)",
                "provenance STRUCT(generator VARCHAR, judge VARCHAR, prompts MAP(VARCHAR, VARCHAR))",
            ],
            Query($"SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM '{Path("a.parquet")}')"));
    }

    [Fact]
    public async Task DuckDB_reads_rows_passages_and_scores()
    {
        await WriteAsync(Path("a.parquet"), [Samples.Group(1, Samples.Negative(2), Samples.Negative(3)), Samples.Bare(2), .. Enumerable.Range(3, 2000).Select(i => Samples.Group(i))]);
        string file = Path("a.parquet");
        Assert.Equal(["2002"], Query($"SELECT count(*) FROM '{file}'"));
        Assert.Equal(["2001"], Query($"SELECT count(*) FROM (SELECT unnest(positives) AS p FROM '{file}') WHERE p.origin = 'relabelled' AND p.grade = 3"));
        Assert.Equal(["a.md#0 12.1 Text\nline"], Query($"SELECT p.docid || ' ' || p.scores['bm25'] || ' ' || p.text FROM (SELECT unnest(positives) AS p FROM '{file}' WHERE id = 'gecko-00000001')"));
        Assert.Equal(["b#2 -2.0", "b#3 -3.0"], Query($"SELECT n.docid || ' ' || n.scores['bm25'] FROM (SELECT unnest(negatives) AS n FROM '{file}') WHERE n.grade IS NULL ORDER BY n.rank"));
        Assert.Equal(["0 0 0"], Query($"SELECT len(positives) || ' ' || cardinality(attributes) || ' ' || cardinality(provenance.prompts) FROM '{file}' WHERE seed_docid IS NULL"));
        Assert.Equal(["Wie heißt der 🐇 im 漢字? \"quoted\" <b>&'"], Query($"SELECT DISTINCT query FROM '{file}' WHERE attributes['length'] = 'short' AND quality['grounded'] = 0.5"));
    }

    [Fact]
    public async Task Columns_are_compressed_by_zstd_and_say_nothing_of_the_time()
    {
        await WriteAsync(Path("a.parquet"), [Samples.Group(1)]);
        Assert.Equal(["ZSTD"], Query($"SELECT DISTINCT compression FROM parquet_metadata('{Path("a.parquet")}')"));
        Assert.Empty(Query($"SELECT decode(key) || '=' || decode(value) FROM parquet_kv_metadata('{Path("a.parquet")}')"));
    }

    [Fact]
    public async Task What_is_no_shard_is_named()
    {
        await File.WriteAllTextAsync(Path("a.parquet"), "This is no Parquet file, though it is long enough to be one.");
        InputException e = await Assert.ThrowsAsync<InputException>(() => AllAsync(Path("a.parquet")));
        Assert.StartsWith($"{Path("a.parquet")}: cannot be read as a shard: ", e.Message, StringComparison.Ordinal);
    }

    protected override async Task WriteAsync(string path, IEnumerable<Group> groups, bool complete = true)
    {
        await using GroupParquetWriter writer = await GroupParquetWriter.CreateAsync(path);
        foreach (Group group in groups)
            await writer.WriteAsync(group);
        if (complete)
            await writer.CompleteAsync();
    }

    protected override IAsyncEnumerable<Group> ReadAsync(string path) => GroupParquetReader.ReadAsync(path);

    private static List<string> Query(string sql)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture) ?? "");
        return rows;
    }
}
