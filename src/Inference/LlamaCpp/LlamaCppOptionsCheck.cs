using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Refuses settings that a model in the process would silently ignore.</summary>
internal static class LlamaCppOptionsCheck
{
    /// <exception cref="InputException">Names every setting that does not apply.</exception>
    internal static void Check(string name, BackendOptions options)
    {
        BackendOptions defaults = new();
        List<string> foreign = [];
        if (options.Endpoints.Count > 0)
            foreign.Add(nameof(BackendOptions.Endpoints));
        if (options.TimeoutSeconds != defaults.TimeoutSeconds)
            foreign.Add(nameof(BackendOptions.TimeoutSeconds));
        if (options.Retries != defaults.Retries)
            foreign.Add(nameof(BackendOptions.Retries));
        if (options.StructuredOutput != defaults.StructuredOutput)
            foreign.Add(nameof(BackendOptions.StructuredOutput));
        if (options.Vocabulary is not null)
            throw new InputException($"Setting R2Synth:Backends:{name}:Vocabulary does not apply to Kind LlamaCpp, whose GGUF holds its own. Remove it, or set Kind to Static.");
        if (foreign.Count > 0)
            throw new InputException($"Setting R2Synth:Backends:{name} is of Kind LlamaCpp, a model in this process, where {string.Join(", ", foreign)} does not apply. Remove it, or set Kind to OpenAI for a server.");
        if (options.Requantize is not null && options.Requantize != RequantizedModel.Type)
            throw new InputException($"Setting R2Synth:Backends:{name}:Requantize is '{options.Requantize}'. It takes {RequantizedModel.Type}, or nothing.");
        if (KvType.All.FirstOrDefault(type => type.Name == options.KvType) is not { } kv)
            throw new InputException($"Setting R2Synth:Backends:{name}:KvType is '{options.KvType}'. It takes {string.Join(", ", KvType.All.Select(type => type.Name))}.");
        if (options.SameBits && (options.FlashAttention || kv != KvType.Half))
        {
            string asked = options.FlashAttention ? "FlashAttention is true" : $"KvType is {kv.Name}";
            throw new InputException($"Setting R2Synth:Backends:{name}:{asked}, but the same call gives the same bits only with FlashAttention false and KvType f16. Set SameBits to false to take the faster arithmetic, or leave it out.");
        }

        if (kv.NeedsFlashAttention && !options.FlashAttention)
            throw new InputException($"Setting R2Synth:Backends:{name}:KvType is {kv.Name}, which llama.cpp computes with flash attention only. Set FlashAttention to true, or KvType to f16.");
        if (options.LongContextTokens <= options.ContextTokens)
            throw new InputException($"Setting R2Synth:Backends:{name}:LongContextTokens is {options.LongContextTokens} and ContextTokens {options.ContextTokens}. The long sequences must be longer; raise it, or leave it out.");
        if (options.Model.Length == 0)
            throw new InputException($"Setting R2Synth:Backends:{name}:Model is empty. It names the GGUF file, relative to the settings file's folder.");
    }
}
