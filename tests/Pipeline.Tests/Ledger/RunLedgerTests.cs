using System.Text.Json;
using R2Synth.Pipeline.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class RunLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _computed;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_result_is_computed_once_for_the_same_input()
    {
        string path = _folder.File("ledger.db");
        await using (RunLedger ledger = RunLedger.Open(path))
        {
            Assert.Equal(1, await AskAsync(ledger, "judge", "gecko-1", "hash"));
            Assert.Equal(1, await AskAsync(ledger, "judge", "gecko-1", "hash"));
            Assert.Equal(2, await AskAsync(ledger, "judge", "gecko-2", "hash"));
            Assert.Equal(3, await AskAsync(ledger, "select", "gecko-1", "hash"));
            Assert.Equal(2, ledger.Count("judge"));
        }

        await using RunLedger again = RunLedger.Open(path);
        Assert.Equal(1, await AskAsync(again, "judge", "gecko-1", "hash"));
        Assert.Equal(3, _computed);
    }

    [Fact]
    public async Task Another_input_is_computed_anew_and_takes_the_place_of_the_old()
    {
        await using RunLedger ledger = RunLedger.Open(_folder.File("ledger.db"));
        Assert.Equal(1, await AskAsync(ledger, "judge", "gecko-1", "old"));
        Assert.Equal(2, await AskAsync(ledger, "judge", "gecko-1", "new"));
        Assert.Equal(2, await AskAsync(ledger, "judge", "gecko-1", "new"));
        Assert.Equal(1, ledger.Count("judge"));
    }

    [Fact]
    public async Task A_fault_is_not_stored()
    {
        await using RunLedger ledger = RunLedger.Open(_folder.File("ledger.db"));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await ledger.MemoizeAsync<int>(
            "judge", "gecko-1", "hash", _ => throw new InvalidDataException(), JsonSerializerOptions.Default, CancellationToken.None));

        Assert.Equal(1, await AskAsync(ledger, "judge", "gecko-1", "hash"));
    }

    [Fact]
    public async Task A_group_comes_back_bit_by_bit_computed_or_stored()
    {
        await using RunLedger ledger = RunLedger.Open(_folder.File("ledger.db"));
        var scores = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["ql"] = -0.1 - 0.2, ["rc"] = double.Epsilon };
        JudgedPassage passage = new() { Docid = "d1", Text = "Wide: \U0001F600 é", Origin = Origin.Relabelled, Scores = scores };

        JudgedPassage computed = await MemoizeAsync(_ => Task.FromResult(passage));
        JudgedPassage stored = await MemoizeAsync(_ => throw new InvalidOperationException());

        Assert.Equal(scores, computed.Scores);
        Assert.Equal(scores, stored.Scores);
        Assert.Equal((passage.Docid, passage.Text, passage.Origin), (stored.Docid, stored.Text, stored.Origin));

        ValueTask<JudgedPassage> MemoizeAsync(Func<CancellationToken, Task<JudgedPassage>> compute) =>
            ledger.MemoizeAsync("judge", "gecko-1", "hash", compute, JsonSerializerOptions.Default, CancellationToken.None);
    }

    [Fact]
    public async Task A_result_of_another_shape_counts_as_not_stored()
    {
        await using RunLedger ledger = RunLedger.Open(_folder.File("ledger.db"));
        await ledger.MemoizeAsync("judge", "u", "hash", _ => Task.FromResult("text"), JsonSerializerOptions.Default, CancellationToken.None);

        Assert.Equal(1, await AskAsync(ledger, "judge", "u", "hash"));
    }

    [Fact]
    public async Task Facts_are_kept()
    {
        await using RunLedger ledger = RunLedger.Open(_folder.File("ledger.db"));
        Assert.Null(ledger.TryGetMeta("corpus"));
        await ledger.SetMetaAsync("corpus", "one");
        await ledger.SetMetaAsync("corpus", "two");
        Assert.Equal("two", ledger.TryGetMeta("corpus"));
    }

    [Fact]
    public void A_damaged_ledger_asks_for_a_new_out()
    {
        string path = _folder.File("ledger.db");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("not a database ", 500)));

        InputException fault = Assert.Throws<InputException>(() => RunLedger.Open(path));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("new --out", fault.Message, StringComparison.Ordinal);
    }

    private ValueTask<int> AskAsync(RunLedger ledger, string stage, string unit, string inputHash) =>
        ledger.MemoizeAsync(stage, unit, inputHash, _ => Task.FromResult(++_computed), JsonSerializerOptions.Default, CancellationToken.None);
}
