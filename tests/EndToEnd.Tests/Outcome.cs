namespace R2Synth.EndToEnd.Tests;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Out">What it wrote to stdout.</param>
/// <param name="Error">What it wrote to stderr.</param>
/// <param name="PeakBytes">The most memory that it held, as seen every few milliseconds.</param>
internal sealed record Outcome(int Code, string Out, string Error, long PeakBytes)
{
    /// <summary>Fails the test, with all that was said, where the code is another.</summary>
    public Outcome Ended(int code)
    {
        Assert.True(code == Code, $"ended with {Code}, not {code}.\nstderr:\n{Error}\nstdout:\n{Out}");
        return this;
    }

    /// <summary>The program ended with 2 and said this and nothing else.</summary>
    public void Refused(string message)
    {
        Ended(2);
        Assert.Equal($"r2synth: {message}\n", Error);
        Assert.Equal("", Out);
    }
}
