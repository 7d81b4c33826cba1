using Microsoft.Data.Sqlite;
using R2Synth.Records;
using SQLitePCL;

namespace R2Synth.Pipeline.Ledger;

/// <summary>SQLite's errors in words that help a user.</summary>
internal static class SqliteFailure
{
    /// <summary>How long a connection waits for another process.</summary>
    public const int BusySeconds = 60;

    /// <summary>Says which file, what is wrong and what to do.</summary>
    public static InputException Explain(SqliteException fault, string path, StoreKind kind) => new(
        fault.SqliteErrorCode switch
        {
            raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT or raw.SQLITE_FORMAT =>
                $"{path}: this is not a {kind.Name}, or it is damaged ({fault.Message}). {kind.Remedy}",
            raw.SQLITE_FULL =>
                $"{path}: the {kind.Name} cannot grow: the disk is full ({WholeFile.FreeSpace(path)}). All that is committed is kept: make room and run the same command again.",
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
                $"{path}: the {kind.Name} is read-only. Make the file and its folder writable, or choose another place.",
            raw.SQLITE_CANTOPEN =>
                $"{path}: the {kind.Name} cannot be opened. Check that the folder exists and can be written to.",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
                $"{path}: another process has held the {kind.Name} for more than {BusySeconds} seconds. End it and run the same command again.",
            raw.SQLITE_IOERR =>
                $"{path}: the {kind.Name} cannot be read or written ({fault.Message.TrimEnd('.')}; {WholeFile.FreeSpace(path)}). Check the disk and run the same command again.",
            raw.SQLITE_ERROR =>
                $"{path}: this {kind.Name} lacks what it should hold ({fault.Message}). {kind.Remedy}",
            _ => $"{path}: the {kind.Name} failed ({fault.Message}). {kind.Remedy}",
        },
        fault);
}
