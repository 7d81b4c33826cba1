using System.Text;
using CsCheck;
using R2Synth.Records.Corpora;

namespace R2Synth.Records.Tests.Corpora;

public sealed class LineReaderTests
{
    [Fact]
    public async Task Any_lines_come_back_with_their_numbers()
    {
        using TemporaryFolder folder = new();
        Gen<string[]> lines = Gen.OneOf(Gen.String[Gen.Char['a', 'z'], 0, 40], Gen.Const("ü漢🙂"), Gen.Int[60_000, 140_000].Select(n => new string('x', n))).Array[0, 12];
        await lines.SampleAsync(async written =>
        {
            string file = folder.File("lines.txt", string.Join('\n', written));
            List<(int, string)> read = [];
            await foreach ((int number, ReadOnlyMemory<byte> line) in LineReader.ReadAsync(file, default))
                read.Add((number, Encoding.UTF8.GetString(line.Span)));
            return read.SequenceEqual(written.Select((l, i) => (i + 1, l)).Where(l => l.l.Length > 0));
        }, iter: 100, threads: 1);
    }
}
