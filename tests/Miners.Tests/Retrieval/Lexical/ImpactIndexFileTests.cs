using R2Synth.Miners.Retrieval.Lexical;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval.Lexical;

public sealed class ImpactIndexFileTests : IDisposable
{
    private static readonly string Source = ContentHash.Of("this corpus");
    private readonly string _folder = Directory.CreateTempSubdirectory("r2synth-index-").FullName;

    private string File1 => Path.Combine(_folder, "made", "a.index");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_index_opened_is_the_index_saved()
    {
        using ImpactIndex index = await SaveAsync();
        using ImpactIndex? opened = ImpactIndexFile.Open(File1, Source, out string reason);
        Assert.NotNull(opened);
        Assert.Equal("", reason);
        Assert.Equal((index.Passages, index.Terms.Count), (opened.Passages, opened.Terms.Count));
        Assert.Equal(index.Positions.ToArray(), opened.Positions.ToArray());
        Assert.Equal(index.Impacts.ToArray(), opened.Impacts.ToArray());
        Assert.Equal(2, opened.Terms.Find("t2"));
        QueryTerm[] query = [new(0, 1), new(2, 2)];
        Assert.Equal(ImpactIndexTests.Pairs(index.Search([.. query], 9)), ImpactIndexTests.Pairs(opened.Search([.. query], 9)));
    }

    [Fact]
    public async Task The_same_index_is_the_same_bytes()
    {
        (await SaveAsync()).Dispose();
        byte[] first = await File.ReadAllBytesAsync(File1);
        (await SaveAsync()).Dispose();
        Assert.Equal(first, await File.ReadAllBytesAsync(File1));
    }

    [Fact]
    public void A_missing_file_is_said() => Refused("there was no such file");

    [Fact]
    public async Task Another_source_is_never_used()
    {
        (await SaveAsync()).Dispose();
        Assert.Null(ImpactIndexFile.Open(File1, ContentHash.Of("another corpus"), out string reason));
        Assert.Equal("the file was made from other passages or with other settings", reason);
    }

    [Fact]
    public async Task A_bit_flipped_anywhere_that_counts_is_noticed()
    {
        (await SaveAsync()).Dispose();
        byte[] whole = await File.ReadAllBytesAsync(File1);
        int noticed = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            await File.WriteAllBytesAsync(File1, damaged);
            using ImpactIndex? opened = ImpactIndexFile.Open(File1, Source, out string reason);
            if (opened is not null)
            {
                Assert.Equal(0, whole[i]); // padding between sections is never read
                continue;
            }

            Assert.NotEqual("", reason);
            noticed++;
        }

        Assert.True(noticed > 128 + 60, $"{noticed} of {whole.Length}");
    }

    [Theory]
    [InlineData(0, "the file was cut off")]
    [InlineData(100, "the file was cut off")]
    [InlineData(200, "the file was damaged (it had 200 of 576 bytes)")]
    public async Task A_file_cut_off_is_noticed(int length, string expected)
    {
        (await SaveAsync()).Dispose();
        await File.WriteAllBytesAsync(File1, (await File.ReadAllBytesAsync(File1))[..length]);
        Refused(expected);
    }

    [Fact]
    public async Task Another_file_is_no_index()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File1)!);
        await File.WriteAllTextAsync(File1, new string('x', 500));
        Refused("the file was no index");
    }

    [Fact]
    public async Task Another_format_is_not_read()
    {
        (await SaveAsync()).Dispose();
        byte[] bytes = await File.ReadAllBytesAsync(File1);
        bytes[8]++;
        await File.WriteAllBytesAsync(File1, bytes);
        Refused($"the file was of format {ImpactIndexFile.FormatVersion + 1}, and this version writes {ImpactIndexFile.FormatVersion}");
    }

    [Fact]
    public async Task A_mapped_index_that_was_disposed_of_throws_when_it_is_held()
    {
        (await SaveAsync()).Dispose();
        ImpactIndex opened = ImpactIndexFile.Open(File1, Source, out _)!;
        IndexHold held = opened.Hold();
        opened.Dispose();
        Assert.Equal(3, opened.Terms.Count); // still mapped
        Assert.Equal(1, opened.Search([new QueryTerm(1, 1)], 5).Length);
        held.Dispose();
        Assert.Throws<ObjectDisposedException>(() => opened.Hold());
    }

    private void Refused(string expected)
    {
        Assert.Null(ImpactIndexFile.Open(File1, Source, out string reason));
        Assert.Equal(expected, reason);
    }

    private async Task<ImpactIndex> SaveAsync()
    {
        ImpactIndex index = ImpactIndexTests.Index([[1, 0, 0.5f, 0], [0, 0, 0, 2], [0.25f, 3, 0.125f, 0]]);
        await ImpactIndexFile.SaveAsync(index, File1, Source);
        return index;
    }
}
