namespace R2Synth.Pipeline.Reporting;

/// <summary>Counts and measures of a run that belong together, for <c>run.json</c> and the report.</summary>
/// <param name="Key">Its key in <c>run.json</c>.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Note">A sentence below.</param>
/// <param name="Rows">Name and number, in order.</param>
internal sealed record CountTable(string Key, string Title, string Note, IReadOnlyList<KeyValuePair<string, double>> Rows);
