namespace R2Synth.Miners.Tests.Selection;

/// <summary>Results of tasks that fakes complete at once, for property tests that cannot wait.</summary>
internal static class CompletedTask
{
    public static T Done<T>(this Task<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }
}
