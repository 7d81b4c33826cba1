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
        if (foreign.Count > 0)
            throw new InputException($"Setting R2Synth:Backends:{name} is of Kind LlamaCpp, a model in this process, where {string.Join(", ", foreign)} does not apply. Remove it, or set Kind to OpenAI for a server.");
        if (options.Requantize is not null && options.Requantize != RequantizedModel.Type)
            throw new InputException($"Setting R2Synth:Backends:{name}:Requantize is '{options.Requantize}'. It takes {RequantizedModel.Type}, or nothing.");
        if (options.Model.Length == 0)
            throw new InputException($"Setting R2Synth:Backends:{name}:Model is empty. It names the GGUF file, relative to the settings file's folder.");
    }
}
