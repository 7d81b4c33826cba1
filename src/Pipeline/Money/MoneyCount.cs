namespace R2Synth.Pipeline.Money;

/// <summary>How a run's money stands.</summary>
/// <param name="Spent">US dollars over all processes that worked on the run; requests under way are not in it.</param>
/// <param name="Budget">The most that may be spent; null without a limit.</param>
public sealed record MoneyCount(decimal Spent, decimal? Budget)
{
    /// <summary><c>$0.0123 of $0.10</c>, or <c>$0.0123</c>.</summary>
    public override string ToString() => Budget is decimal budget ? $"{Dollars.Text(Spent)} of {Dollars.Text(budget)}" : Dollars.Text(Spent);
}
