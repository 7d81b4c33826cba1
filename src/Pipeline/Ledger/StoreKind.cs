namespace R2Synth.Pipeline.Ledger;

/// <summary>What kind of database a file of ours is, and what to tell the user when it is not what it should be.</summary>
/// <param name="Name">For messages: <c>cache of model calls</c>.</param>
/// <param name="ApplicationId">SQLite's <c>application_id</c>: four letters.</param>
/// <param name="Version">SQLite's <c>user_version</c>: raised when the tables change.</param>
/// <param name="Schema">Makes the tables.</param>
/// <param name="Remedy">What to do with a file that is damaged or not ours.</param>
internal sealed record StoreKind(string Name, int ApplicationId, int Version, string Schema, string Remedy)
{
    /// <summary>The cache that runs share.</summary>
    public static StoreKind Cache { get; } = new(
        "cache of model calls",
        0x52324343, // R2CC
        1,
        "CREATE TABLE calls(key TEXT PRIMARY KEY, reply BLOB NOT NULL, tokens_read INTEGER NOT NULL, tokens_written INTEGER NOT NULL, cost REAL)",
        "If it is a damaged cache it may be deleted: the calls are then made again. Or set another R2Synth:Cache:Path.");

    /// <summary>The memory of one run.</summary>
    public static StoreKind Ledger { get; } = new(
        "ledger of a run",
        0x52324C47, // R2LG
        1,
        """
        CREATE TABLE stages(stage TEXT NOT NULL, unit TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(stage, unit));
        CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """,
        "Give a new --out; finished model calls are still in the cache.");
}
