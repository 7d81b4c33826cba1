using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>A unit of work on its way: a value, or the reject that it ended as. Rejects travel on to the sink in their place, so nothing is dropped silently.</summary>
/// <param name="Id">The unit's id, <c>recipe-ordinal</c>.</param>
/// <param name="Ordinal">Its number in its recipe, from 0.</param>
/// <param name="Value">What the last stage made; meaningless with a <paramref name="Reject"/>.</param>
/// <param name="Reject">Where and why the unit ended; null while it lives.</param>
internal sealed record Unit<T>(string Id, long Ordinal, T? Value, Reject? Reject)
{
    /// <summary>The next stage's result.</summary>
    public Unit<TOut> Pass<TOut>(TOut value) => new(Id, Ordinal, value, null);

    /// <summary>Ends the unit.</summary>
    public Unit<TOut> Refuse<TOut>(string stage, string reason, string detail = "") =>
        new(Id, Ordinal, default, new Reject { Id = Id, Recipe = Id[..Id.LastIndexOf('-')], Stage = stage, Reason = reason, Detail = detail });

    /// <summary>The reject on its way past a stage.</summary>
    public Unit<TOut> GoPast<TOut>() => new(Id, Ordinal, default, Reject);
}
