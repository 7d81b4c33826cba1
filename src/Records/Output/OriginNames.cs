namespace R2Synth.Records.Output;

/// <summary>Origins as files spell them: in lower case.</summary>
internal static class OriginNames
{
    public static string Of(Origin origin) => origin switch
    {
        Origin.Seed => "seed",
        Origin.Mined => "mined",
        Origin.Relabelled => "relabelled",
        Origin.Generated => "generated",
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Not an origin."),
    };

    public static Origin? Parse(string name) => name switch
    {
        "seed" => Origin.Seed,
        "mined" => Origin.Mined,
        "relabelled" => Origin.Relabelled,
        "generated" => Origin.Generated,
        _ => null,
    };
}
