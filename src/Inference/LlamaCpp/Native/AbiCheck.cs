namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary>Reads the library's defaults back through our structures: a shifted field shows at once, before anything is loaded by it.</summary>
internal static class AbiCheck
{
    /// <summary>What does not fit, as the end of a sentence; null when all is well.</summary>
    internal static string? Mismatch()
    {
        ContextParams context = LlamaApi.ContextDefaults();
        bool contextFits = context is
        {
            Context: 512,
            Batch: 2048,
            MicroBatch: 512,
            Sequences: 1,
            Outputs: 0,
            OutputsPerSequence: 1,
            Threads: > 0,
            RopeScalingType: -1,
            PoolingType: -1,
            AttentionType: -1,
            FlashAttention: -1,
            YarnExtFactor: -1f,
            DefragThreshold: -1f,
            TypeK: 1,
            TypeV: 1,
            Embeddings: 0,
            OffloadKqv: 1,
            NoPerf: 1,
            OpOffload: 1,
            SwaFull: 1,
            KvUnified: 0,
            Samplers: 0,
            SamplerCount: 0,
            Other: 0,
        };
        if (!contextFits)
            return "the defaults of llama_context_params do not read back";

        ModelParams model = LlamaApi.ModelDefaults();
        bool modelFits = model is
        {
            Devices: 0,
            GpuLayers: -1,
            SplitMode: 1,
            LoadMode: -1,
            MainGpu: 0,
            TensorSplit: 0,
            KeyValueOverrides: 0,
            VocabOnly: 0,
            CheckTensors: 0,
            UseExtraBuffers: 1,
            NoHost: 0,
            NoAlloc: 0,
            LoadMtp: 0,
        };
        return modelFits ? null : "the defaults of llama_model_params do not read back";
    }
}
