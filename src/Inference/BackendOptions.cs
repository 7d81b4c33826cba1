using System.ComponentModel.DataAnnotations;

namespace R2Synth.Inference;

/// <summary>One entry of <c>R2Synth:Backends</c>. Which keys apply depends on <see cref="Kind"/>; one that does not apply is an error.</summary>
public sealed class BackendOptions
{
    /// <summary><c>LlamaCpp</c> (a GGUF in the process), <c>OpenAI</c> (any OpenAI-compatible server) <c>Recorded</c> (replies that were recorded) or <c>Static</c> (a table of token vectors, which only embeds).</summary>
    [Required]
    public string Kind { get; set; } = "";

    /// <summary>LlamaCpp: the GGUF file, relative to the settings file's folder. OpenAI: the name that the server knows the model by. Recorded: empty, the recording says it. Static: the safetensors file with the table, relative as well.</summary>
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
    /// more memory; it cannot be better than its source. It pays for small models in Q4_1 and the like whose copy fits into memory with ease, and not on a GPU; a file that is
    /// of that type already is run as it is. Null runs the file as it is.
    /// </summary>
    public string? Requantize { get; set; }

    /// <summary>LlamaCpp: where such copies are kept, relative to the settings file's folder; they can be deleted at any time.</summary>
    public string RequantizeFolder { get; set; } = "outputs/models";

    /// <summary>
    /// LlamaCpp: tokens of the few long sequences that take what does not fit <see cref="ContextTokens"/>; null takes what the model was trained for, at most 4,096.
    /// Their memory is taken when the first long request comes.
    /// </summary>
    [Range(64, 131072)]
    public int? LongContextTokens { get; set; }

    /// <summary>LlamaCpp: how many such long sequences, 0 for none.</summary>
    [Range(0, 64)]
    public int? LongSequences { get; set; }

    /// <summary>
    /// LlamaCpp: whether the same call gives the same bits whatever shares its batch. False lets llama.cpp be faster (<see cref="FlashAttention"/>, other
    /// <see cref="KvType"/>s, prompts of several requests in one batch); <c>run.json</c> says which held.
    /// </summary>
    public bool SameBits { get; set; } = true;

    /// <summary>LlamaCpp: whether attention is computed in one fused step; needs <see cref="SameBits"/> false.</summary>
    public bool FlashAttention { get; set; }

    /// <summary>LlamaCpp: type of the stored keys and values: <c>f16</c>, <c>f32</c>, or <c>q8_0</c> (half the memory; needs <see cref="FlashAttention"/>).</summary>
    public string KvType { get; set; } = "f16";

    /// <summary>OpenAI: the servers, at least one. Requests go to the one that will answer first.</summary>
    public IList<EndpointOptions> Endpoints { get; } = [];

    /// <summary>OpenAI: seconds before one request counts as timed out.</summary>
    [Range(1, 86400)]
    public double TimeoutSeconds { get; set; } = 120;

    /// <summary>OpenAI: tries after the first one for 429, 5xx, time-outs and broken connections.</summary>
    [Range(0, 20)]
    public int Retries { get; set; } = 5;

    /// <summary>OpenAI: whether the server honours <c>response_format</c> with a JSON Schema; false only validates replies.</summary>
    public bool StructuredOutput { get; set; } = true;

    /// <summary>
    /// OpenAI: where log-likelihoods come from: <c>echo</c> (completions with <c>echo</c> and <c>logprobs</c>), <c>vllm</c> (completions with <c>prompt_logprobs</c>), <c>chat</c> (labels
    /// only, from a chat reply's <c>logprobs</c>), <c>none</c>; null asks the server at start, if the run needs scores.
    /// </summary>
    public string? Scores { get; set; }

    /// <summary>OpenAI: seconds that the run waits for its servers while none of them answers, before it stops with everything kept.</summary>
    [Range(0, 86400)]
    public double OutageSeconds { get; set; } = 300;

    /// <summary>OpenAI: send calls through the server's batch interface: cheaper, and within a day instead of at once.</summary>
    public BatchOptions Batch { get; set; } = new();

    /// <summary>
    /// Any kind but Recorded: a file that every call and its reply is added to, for a backend of Kind <c>Recorded</c>; relative to the settings file's folder. Null records nothing.
    /// A call that the cache answers makes no call, so give a recording a new <c>Cache:Path</c>.
    /// </summary>
    public string? RecordTo { get; set; }

    /// <summary>
    /// Static: the GGUF whose vocabulary the table's rows belong to, relative to the settings file's folder; null takes <see cref="TokenTables.StaticBackend.DefaultVocabulary"/> in the table's folder.
    /// Its weights are not used.
    /// </summary>
    public string? Vocabulary { get; set; }

    /// <summary>Recorded: the file that another backend's <see cref="RecordTo"/> wrote, relative to the settings file's folder.</summary>
    public string? Path { get; set; }
}
