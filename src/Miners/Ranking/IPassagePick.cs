using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Picks the best of a few passages with one call: what pairwise and setwise judges are made of. Thread-safe.</summary>
internal interface IPassagePick
{
    /// <summary>Most passages of a call.</summary>
    int Most { get; }

    /// <summary>Picks.</summary>
    /// <param name="query">The query on one line.</param>
    /// <param name="passages">2 to <see cref="Most"/>, in the order in which the model sees them.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The place of the best, or why there is none.</returns>
    Task<(int? Best, string? Fault)> PickAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken);
}
