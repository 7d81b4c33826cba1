using System.Globalization;
using R2Synth.Inference;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Recipes;

/// <summary>Stages over units: rejects go past, each stage counts what comes in, goes on and is rejected.</summary>
internal static class UnitFlow
{
    /// <summary>The id of a unit: ids of one recipe sort by their ordinal.</summary>
    public static string Id(string recipe, long ordinal) => string.Create(CultureInfo.InvariantCulture, $"{recipe}-{ordinal:D8}");

    /// <summary>A unit at the beginning of its way.</summary>
    public static Unit<T> Begin<T>(string recipe, long ordinal, T value) => new(Id(recipe, ordinal), ordinal, value, null);

    /// <summary>Reason of a reject: a call that servers failed to answer while they answered others.</summary>
    public const string CallFailed = "call-failed";

    /// <summary>The reason under which an exception ends one unit; null where it ends the run.</summary>
    public static string? FaultOf(Exception fault) => fault switch
    {
        ContextExceededException => "too-long",
        CallFailedException => CallFailed,
        _ => null,
    };

    /// <summary>Adds a stage for living units; what <see cref="FaultOf"/> names is the unit's fault, anything else the run's.</summary>
    public static Flow<Unit<TOut>> Units<TIn, TOut>(
        this Flow<Unit<TIn>> flow, string stage, int parallelism, StageCounter counter, Func<Unit<TIn>, CancellationToken, ValueTask<Unit<TOut>>> process) =>
        flow.Stage(stage, parallelism, async (unit, cancellationToken) =>
        {
            if (unit.Reject is not null)
            {
                counter.ExpectLess();
                return unit.GoPast<TOut>();
            }

            counter.Enter();
            Unit<TOut> result;
            try
            {
                result = await process(unit, cancellationToken);
            }
            catch (Exception e) when (FaultOf(e) is not null)
            {
                result = unit.Refuse<TOut>(stage, FaultOf(e)!, e.Message); // not null: see the filter
            }

            counter.Count(result.Reject is not null);
            return result;
        });

    /// <summary>Counts a unit that left a stage.</summary>
    public static void Count(this StageCounter counter, bool rejected)
    {
        if (rejected) counter.Reject();
        else counter.Leave();
    }
}
