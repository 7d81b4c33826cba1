using System.ComponentModel.DataAnnotations;
using R2Synth.Generators.E5;
using R2Synth.Generators.Gecko;
using R2Synth.Inference;
using R2Synth.Miners;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>Everything under <c>R2Synth</c> in <c>appsettings.json</c>. An unknown key is an error.</summary>
public sealed class R2SynthOptions
{
    /// <summary>The models by name.</summary>
    public IDictionary<string, BackendOptions> Backends { get; } = new SortedDictionary<string, BackendOptions>(StringComparer.Ordinal);

    /// <summary>Name of the backend that writes.</summary>
    [Required]
    public string Generator { get; set; } = "embedded";

    /// <summary>Name of the backend that judges.</summary>
    [Required]
    public string Judge { get; set; } = "embedded";

    /// <summary>Name of the backend that embeds.</summary>
    [Required]
    public string Embedder { get; set; } = "minilm";

    /// <summary>Folder of the prompt files, relative to the settings file's folder.</summary>
    [Required]
    public string Prompts { get; set; } = "prompts";

    /// <summary>How a corpus is read.</summary>
    public CorpusOptions Corpus { get; set; } = new();

    /// <summary>The gecko recipe.</summary>
    public GeckoOptions Gecko { get; set; } = new();

    /// <summary>The e5 recipe.</summary>
    public E5Options E5 { get; set; } = new();

    /// <summary>Candidates, judges, negatives.</summary>
    public MiningOptions Mining { get; set; } = new();

    /// <summary>How each judge judges.</summary>
    public JudgesOptions Judges { get; set; } = new();

    /// <summary>How a run goes.</summary>
    public PipelineOptions Pipeline { get; set; } = new();

    /// <summary>The cache of model calls that runs share.</summary>
    public CacheOptions Cache { get; set; } = new();
}
