namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>A term of a query that the index knows.</summary>
/// <param name="Term">The term's number in the index.</param>
/// <param name="Weight">What its impacts are multiplied by; above 0 and finite.</param>
internal readonly record struct QueryTerm(int Term, float Weight);
