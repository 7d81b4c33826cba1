using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using R2Synth.Inference.Prompts;

namespace R2Synth.Inference;

/// <summary>Puts a run's models and prompts on a Semantic Kernel.</summary>
public static class KernelFactory
{
    /// <summary>Service key of the model that writes; also the service without a key.</summary>
    public const string Generator = "generator";

    /// <summary>Service key of the model that judges.</summary>
    public const string Judge = "judge";

    /// <summary>Service key of the model that embeds.</summary>
    public const string Embedder = "embedder";

    /// <summary>Name of the plugin that holds the prompts.</summary>
    public const string PromptPlugin = "prompts";

    /// <summary>Creates a kernel.</summary>
    /// <param name="generator">Its chat client is the service <see cref="Generator"/>; null where nothing is written.</param>
    /// <param name="judge">Its chat client is the service <see cref="Judge"/>; may be null or have none.</param>
    /// <param name="embedder">Its embedding generator is the service <see cref="Embedder"/>; may be null.</param>
    /// <param name="prompts">Each prompt that can be sent becomes a function of the plugin <see cref="PromptPlugin"/>; null for none.</param>
    /// <param name="weak">Whether the prompts' variants for weak models are taken where there are any.</param>
    /// <returns>A kernel that owns nothing: the backends stay the caller's to dispose.</returns>
    /// <exception cref="ArgumentException">The generator cannot write, or the embedder cannot embed.</exception>
    public static Kernel Create(Backend? generator, Backend? judge = null, Backend? embedder = null, PromptLibrary? prompts = null, bool weak = false)
    {
        IKernelBuilder builder = Kernel.CreateBuilder();
        if (judge?.Chat is { } judges) builder.Services.AddKeyedSingleton(Judge, judges);
        if (embedder is not null)
        {
            builder.Services.AddKeyedSingleton(
                Embedder, embedder.Embeddings ?? throw new ArgumentException($"Backend '{embedder.Name}' cannot embed.", nameof(embedder)));
        }

        // Last: of several chat clients a function without a service key takes the one that was added last.
        if (generator is not null)
        {
            IChatClient writes = generator.Chat ?? throw new ArgumentException($"Backend '{generator.Name}' cannot write text.", nameof(generator));
            builder.Services.AddKeyedSingleton(Generator, writes);
            builder.Services.AddSingleton(writes);
        }

        if (prompts is not null)
        {
            IEnumerable<KernelFunction> functions = prompts.All.Select(prompt => prompt.Name).Distinct(StringComparer.Ordinal)
                .Select(name => prompts.All.LastOrDefault(prompt => prompt.Name == name && prompt.Weak == weak) ?? prompts.All.First(prompt => prompt.Name == name))
                .Where(prompt => prompt.HasMessages)
                .Select(prompt => prompt.AsKernelFunction());
            builder.Plugins.AddFromFunctions(PromptPlugin, functions);
        }

        return builder.Build();
    }
}
