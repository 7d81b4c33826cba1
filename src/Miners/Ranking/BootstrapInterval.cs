namespace R2Synth.Miners.Ranking;

/// <summary>A mean over queries with its 95 % bootstrap interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Queries">Queries that it was measured on.</param>
public readonly record struct BootstrapInterval(double Mean, double Low, double High, int Queries);
