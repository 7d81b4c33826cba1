using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary>The part of llama.cpp v0.5.0's C API that is used here. <see cref="LlamaLibrary.Load"/> comes before any call.</summary>
internal static unsafe partial class LlamaApi
{
    internal const string Llama = "r2synth-llama";
    internal const string Ggml = "r2synth-ggml";
    internal const string GgmlBase = "r2synth-ggml-base";

    [LibraryImport(GgmlBase, EntryPoint = "ggml_version")]
    internal static partial nint GgmlVersion();

    [LibraryImport(GgmlBase, EntryPoint = "ggml_commit")]
    internal static partial nint GgmlCommit();

    [LibraryImport(Ggml, EntryPoint = "ggml_backend_load_all_from_path", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void BackendLoadAll(string folder);

    [LibraryImport(Ggml, EntryPoint = "ggml_backend_dev_count")]
    internal static partial nuint DeviceCount();

    [LibraryImport(Llama, EntryPoint = "llama_version")]
    internal static partial nint Version();

    [LibraryImport(Llama, EntryPoint = "llama_backend_init")]
    internal static partial void BackendInit();

    [LibraryImport(Llama, EntryPoint = "llama_log_set")]
    internal static partial void LogSet(delegate* unmanaged[Cdecl]<int, byte*, nint, void> callback, nint data);

    [LibraryImport(Llama, EntryPoint = "llama_supports_gpu_offload")]
    internal static partial byte SupportsGpuOffload();

    [LibraryImport(Llama, EntryPoint = "llama_model_default_params")]
    internal static partial ModelParams ModelDefaults();

    [LibraryImport(Llama, EntryPoint = "llama_context_default_params")]
    internal static partial ContextParams ContextDefaults();

    [LibraryImport(Llama, EntryPoint = "llama_model_quantize_default_params")]
    internal static partial QuantizeParams QuantizeDefaults();

    [LibraryImport(Llama, EntryPoint = "llama_model_quantize", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint ModelQuantize(string input, string output, QuantizeParams* settings);

    [LibraryImport(Llama, EntryPoint = "llama_model_load_from_file", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ModelLoad(string path, ModelParams settings);

    [LibraryImport(Llama, EntryPoint = "llama_model_free")]
    internal static partial void ModelFree(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_get_vocab")]
    internal static partial nint ModelVocab(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_n_ctx_train")]
    internal static partial int ModelTrainedContext(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_n_embd_out")]
    internal static partial int ModelEmbeddingLength(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_has_encoder")]
    internal static partial byte ModelHasEncoder(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_is_recurrent")]
    internal static partial byte ModelIsRecurrent(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_is_hybrid")]
    internal static partial byte ModelIsHybrid(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_is_diffusion")]
    internal static partial byte ModelIsDiffusion(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_chat_template", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ModelChatTemplate(nint model, string? name);

    [LibraryImport(Llama, EntryPoint = "llama_chat_apply_template")]
    internal static partial int ChatApplyTemplate(nint template, ChatMessageData* messages, nuint count, byte addAssistant, byte* buffer, int length);

    [LibraryImport(Llama, EntryPoint = "llama_vocab_n_tokens")]
    internal static partial int VocabSize(nint vocab);

    [LibraryImport(Llama, EntryPoint = "llama_vocab_type")]
    internal static partial int VocabType(nint vocab);

    [LibraryImport(Llama, EntryPoint = "llama_vocab_is_eog")]
    internal static partial byte VocabIsEndOfGeneration(nint vocab, int token);

    [LibraryImport(Llama, EntryPoint = "llama_vocab_get_add_eos")]
    internal static partial byte VocabAddsEnd(nint vocab);

    [LibraryImport(Llama, EntryPoint = "llama_tokenize")]
    internal static partial int Tokenize(nint vocab, byte* text, int textLength, int* tokens, int capacity, byte addSpecial, byte parseSpecial);

    [LibraryImport(Llama, EntryPoint = "llama_token_to_piece")]
    internal static partial int TokenToPiece(nint vocab, int token, byte* buffer, int length, int strip, byte special);

    [LibraryImport(Llama, EntryPoint = "llama_init_from_model")]
    internal static partial nint ContextCreate(nint model, ContextParams settings);

    [LibraryImport(Llama, EntryPoint = "llama_free")]
    internal static partial void ContextFree(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_n_ctx_seq")]
    internal static partial uint ContextPerSequence(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_get_memory")]
    internal static partial nint ContextMemory(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_memory_seq_cp")]
    internal static partial void MemoryCopy(nint memory, int from, int to, int start, int end);

    [LibraryImport(Llama, EntryPoint = "llama_memory_seq_rm")]
    internal static partial byte MemoryRemove(nint memory, int sequence, int start, int end);

    [LibraryImport(Llama, EntryPoint = "llama_set_embeddings")]
    internal static partial void SetEmbeddings(nint context, byte embeddings);

    [LibraryImport(Llama, EntryPoint = "llama_decode")]
    internal static partial int Decode(nint context, TokenBatch batch);

    [LibraryImport(Llama, EntryPoint = "llama_encode")]
    internal static partial int Encode(nint context, TokenBatch batch);

    [LibraryImport(Llama, EntryPoint = "llama_get_logits_ith")]
    internal static partial float* Logits(nint context, int index);

    [LibraryImport(Llama, EntryPoint = "llama_get_embeddings_seq")]
    internal static partial float* SequenceEmbedding(nint context, int sequence);

    [LibraryImport(Llama, EntryPoint = "llama_get_embeddings_ith")]
    internal static partial float* TokenEmbedding(nint context, int index);

    [LibraryImport(Llama, EntryPoint = "llama_pooling_type")]
    internal static partial int PoolingType(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_sampler_init_grammar", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint GrammarCreate(nint vocab, string grammar, string root);

    [LibraryImport(Llama, EntryPoint = "llama_sampler_apply")]
    internal static partial void SamplerApply(nint sampler, TokenDataArray* candidates);

    [LibraryImport(Llama, EntryPoint = "llama_sampler_accept")]
    internal static partial void SamplerAccept(nint sampler, int token);

    [LibraryImport(Llama, EntryPoint = "llama_sampler_free")]
    internal static partial void SamplerFree(nint sampler);
}
