using System.ComponentModel.DataAnnotations;

namespace R2Synth.Pipeline;

/// <summary>How a run goes: <c>R2Synth:Pipeline</c>. Of these only the dedup thresholds, the dev share and the shard size change the shards.</summary>
public sealed class PipelineOptions
{
    /// <summary>Units of work under way at once in each stage that calls a model; null takes what the stage's backend can use.</summary>
    [Range(1, 4096)]
    public int? Parallelism { get; set; }

    /// <summary>Jaccard similarity of character 5-grams, estimated by MinHash, from which two queries or tasks are near-duplicates.</summary>
    [Range(0.1, 1.0)]
    public double NearDuplicate { get; set; } = 0.7;

    /// <summary>Share of the groups that go to the dev split, chosen by a hash of the seed passage, whose queries stay together, or of the query where there is none.</summary>
    [Range(0.0, 0.9)]
    public double DevShare { get; set; } = 0.05;

    /// <summary>Groups in one shard file.</summary>
    [Range(1, 10_000_000)]
    public int ShardGroups { get; set; } = 10_000;

    /// <summary>Share of units that may fail for a fault of the backend before the run stops.</summary>
    [Range(0.0, 1.0)]
    public double MaxFailedShare { get; set; } = 0.5;
}
