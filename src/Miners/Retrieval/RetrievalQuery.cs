namespace R2Synth.Miners.Retrieval;

/// <summary>A query with its id.</summary>
/// <param name="Qid">The id, as the query file, the judgments and foreign runs have it.</param>
/// <param name="Text">Plain text, never a query syntax; may be empty.</param>
public readonly record struct RetrievalQuery(string Qid, string Text);
