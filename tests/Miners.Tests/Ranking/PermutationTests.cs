using CsCheck;
using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Tests.Ranking;

public class PermutationTests
{
    [Theory]
    [InlineData("[2] > [1] > [3]", "1 0 2", 3, JudgeFaults.Ok)]
    [InlineData("2>1>3", "1 0 2", 3, JudgeFaults.Ok)]
    [InlineData("[3], [1],\n[2]", "2 0 1", 3, JudgeFaults.Ok)]
    [InlineData("[3] > [1]", "2 0 1", 2, JudgeFaults.Missing)]
    [InlineData("[2]", "1 0 2", 1, JudgeFaults.Missing)]
    [InlineData("[2] > [1] > [2] > [3]", "1 0 2", 3, JudgeFaults.Repetition)]
    [InlineData("[2] > [2]", "1 0 2", 1, JudgeFaults.Repetition)]
    [InlineData("[2] > [0] > [4] > [1] > [3]", "1 0 2", 3, JudgeFaults.WrongFormat)]
    [InlineData("The best is passage 3, then 1.", "2 0 1", 2, JudgeFaults.WrongFormat)]
    [InlineData("[99999999999999999999] > [2] > [1] > [3]", "1 0 2", 3, JudgeFaults.WrongFormat)]
    [InlineData("I cannot rank these.", "0 1 2", 0, JudgeFaults.WrongFormat)]
    [InlineData("", "0 1 2", 0, JudgeFaults.WrongFormat)]
    [InlineData("[२] > [1]", "0 1 2", 1, JudgeFaults.WrongFormat)]
    public void Read_repairs_and_says_what_was_wrong(string reply, string order, int named, string outcome)
    {
        Permutation read = Permutation.Read(reply, 3);
        Assert.Equal((order, named, outcome), (string.Join(' ', read.Order), read.Named, read.Outcome));
    }

    [Fact]
    public void Any_permutation_survives_being_written_and_read() =>
        Gen.Int[1, 30].SelectMany(n => Gen.Shuffle(Enumerable.Range(0, n).ToArray())).Sample(order =>
        {
            Permutation read = Permutation.Read(string.Join(" > ", order.Select(place => $"[{place + 1}]")), order.Length);
            Assert.Equal(order, read.Order);
            Assert.Equal((order.Length, JudgeFaults.Ok), (read.Named, read.Outcome));
        }, iter: 300);

    [Fact]
    public void Any_text_gives_every_place_once() =>
        Gen.Select(Gen.String[Gen.OneOf(Gen.Char['0', '9'], Gen.Const(' '), Gen.Const('>'), Gen.Char), 0, 60], Gen.Int[1, 25]).Sample((text, count) =>
            Assert.Equal(Enumerable.Range(0, count), Permutation.Read(text, count).Order.Order()), iter: 500);

    [Theory]
    [InlineData(1, 20, 10, "")]
    [InlineData(2, 20, 10, "0-2")]
    [InlineData(20, 20, 10, "0-20")]
    [InlineData(21, 20, 10, "1-21 0-11")]
    [InlineData(25, 20, 10, "5-25 0-15")]
    [InlineData(30, 20, 10, "10-30 0-20")]
    [InlineData(5, 4, 2, "1-5 0-3")]
    [InlineData(100, 20, 10, "80-100 70-90 60-80 50-70 40-60 30-50 20-40 10-30 0-20")]
    public void Windows_go_from_the_back_to_the_front_and_leave_nobody_out(int passages, int size, int step, string expected) =>
        Assert.Equal(expected, string.Join(' ', SlidingWindows.Of(passages, size, step).Select(window => $"{window.Begin}-{window.End}")));
}
