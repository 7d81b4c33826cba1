namespace R2Synth.Evaluation.Tests;

/// <summary>A theory over the shared collections, skipped where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute()
    {
        if (SharedData.Folder is null)
        {
            Skip = "Needs the collections in ../shared/data beside the repository, or in data under the folder that R2SYNTH_SHARED names.";
        }
    }
}
