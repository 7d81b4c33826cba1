using System.ComponentModel.DataAnnotations;

namespace R2Synth.Inference;

/// <summary>One entry of <c>R2Synth:Backends</c>. Which keys apply depends on <see cref="Kind"/>; one that does not apply is an error.</summary>
public sealed class BackendOptions
{
    /// <summary><c>LlamaCpp</c> (a GGUF in the process) or <c>OpenAI</c> (any OpenAI-compatible server).</summary>
    [Required]
    public string Kind { get; set; } = "";

    /// <summary>LlamaCpp: the GGUF file, relative to the settings file's folder. OpenAI: the name that the server knows the model by.</summary>
    [Required]
    public string Model { get; set; } = "";

    /// <summary>Whether the prompts for weak models are taken where a method has them.</summary>
    public bool Weak { get; set; }

    /// <summary>LlamaCpp: tokens that one sequence may hold, prompt and reply. Memory grows with this times <see cref="Sequences"/>.</summary>
    [Range(64, 131072)]
    public int? ContextTokens { get; set; }

    /// <summary>LlamaCpp: sequences that share a batch, 1 to 64.</summary>
    [Range(1, 64)]
    public int? Sequences { get; set; }

    /// <summary>LlamaCpp: threads; null takes the physical cores.</summary>
    [Range(1, 512)]
    public int? Threads { get; set; }

    /// <summary>LlamaCpp: layers on the GPU; needs GPU libraries in <see cref="Libraries"/>.</summary>
    [Range(0, 1000)]
    public int GpuLayers { get; set; }

    /// <summary>LlamaCpp: folder of llama.cpp libraries to use instead of the shipped ones, of the same version.</summary>
    public string? Libraries { get; set; }

    /// <summary>
    /// LlamaCpp: <c>Q8_0</c> makes a copy of the GGUF in that type once and runs it instead. On the CPU it reads prompts faster than the smaller types and takes
    /// more memory; it cannot be better than its source. Null runs the file as it is.
    /// </summary>
    public string? Requantize { get; set; }

    /// <summary>LlamaCpp: where such copies are kept, relative to the settings file's folder; they can be deleted at any time.</summary>
    public string RequantizeFolder { get; set; } = "outputs/models";

    /// <summary>OpenAI: the servers. Exactly one.</summary>
    public IList<EndpointOptions> Endpoints { get; } = [];

    /// <summary>OpenAI: seconds before one request counts as timed out.</summary>
    [Range(1, 86400)]
    public double TimeoutSeconds { get; set; } = 120;

    /// <summary>OpenAI: tries after the first one for 429, 5xx, time-outs and broken connections.</summary>
    [Range(0, 20)]
    public int Retries { get; set; } = 5;

    /// <summary>OpenAI: whether the server honours <c>response_format</c> with a JSON Schema; false only validates replies.</summary>
    public bool StructuredOutput { get; set; } = true;
}
