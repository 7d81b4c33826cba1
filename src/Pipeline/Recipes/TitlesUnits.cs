using R2Synth.Miners.Retrieval;

namespace R2Synth.Pipeline.Recipes;

/// <summary>A title as a query, with the passage that it belongs to.</summary>
/// <param name="Seed">Index of the passage in the corpus.</param>
/// <param name="Query">The title.</param>
internal sealed record TitleQuery(int Seed, string Query);

/// <summary>A title with its candidates.</summary>
internal sealed record TitleCandidates(TitleQuery Title, CandidateSet Found);
