namespace R2Synth.Bench.Retrieval;

/// <summary>What one process measured of one index.</summary>
/// <param name="Passages">Passages of the corpus.</param>
/// <param name="IndexSeconds">From passages in memory to an index that can be searched.</param>
/// <param name="FirstRate">Queries a second over the first pass, nothing warmed up, one thread.</param>
/// <param name="OneThread">Queries a second, repeated passes.</param>
/// <param name="TwoThreads">The same with two threads.</param>
/// <param name="Ndcg">nDCG@10.</param>
/// <param name="CorpusMb">Memory in use before indexing: runtime and corpus.</param>
/// <param name="PeakMb">Most memory of the process.</param>
/// <param name="FileMb">The index as a file; 0 where it has none.</param>
/// <param name="OpenSeconds">Opening that file, the hash of the corpus included.</param>
internal sealed record RetrievalFigures(
    int Passages, double IndexSeconds, double FirstRate, double OneThread, double TwoThreads, double Ndcg, double CorpusMb, double PeakMb, double FileMb, double OpenSeconds);
