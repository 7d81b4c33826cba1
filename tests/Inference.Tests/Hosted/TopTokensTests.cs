using R2Synth.Inference.Hosted;

namespace R2Synth.Inference.Tests.Hosted;

public sealed class TopTokensTests
{
    private static TopTokens Of(params (string Text, double Probability)[] tokens) => new(tokens.ToDictionary(token => token.Text, token => Math.Log(token.Probability)));

    [Fact]
    public void A_label_weighs_what_its_first_token_weighs()
    {
        TopTokens top = Of((" Yes", 0.5), (" No", 0.3), ("Yes", 0.1), (" High", 0.05), (" ", 0.01));

        Assert.Equal(Math.Log(0.5), top.Weight(" Yes", ownBlank: true));
        Assert.Equal(Math.Log(0.1), top.Weight(" Yes", ownBlank: false));
        Assert.Equal(Math.Log(0.05), top.Weight(" Highly relevant", ownBlank: true));
    }

    [Fact]
    public void A_blank_that_the_tokenizer_takes_off_is_not_missed() => Assert.Equal(Math.Log(0.6), Of(("Yes", 0.6), ("No", 0.3)).Weight(" Yes", ownBlank: true));

    [Fact]
    public void A_label_that_is_not_listed_weighs_at_most_what_the_least_listed_does_and_what_is_left_of_1()
    {
        Assert.Equal(Math.Log(0.02), Of((" Yes", 0.9), (" the", 0.02)).Weight(" No", ownBlank: true), 12);
        Assert.Equal(Math.Log(0.01), Of((" Yes", 0.9), (" the", 0.09)).Weight(" No", ownBlank: true), 12);
        // Sums of rounded numbers reach 1 and pass it: what is left says nothing then.
        Assert.Equal(Math.Log(0.1), Of((" Yes", 0.9), (" the", 0.1)).Weight(" No", ownBlank: true), 12);
        Assert.Equal(Of((" a", 0.4), (" the", 0.2)).Weight(" Yes", true), Of((" a", 0.4), (" the", 0.2)).Weight(" No", true));
    }

    [Fact]
    public void The_order_is_by_weight_then_by_text() =>
        Assert.Equal([" a", " b", " c"], Of((" c", 0.1), (" b", 0.2), (" a", 0.2)).Ordered.Select(token => token.Text));
}
