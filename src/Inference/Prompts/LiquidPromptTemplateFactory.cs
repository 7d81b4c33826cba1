using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace R2Synth.Inference.Prompts;

/// <summary>Lets a Kernel render prompts of the format <c>liquid</c>: the whole text is one user message, and arguments are data. Thread-safe.</summary>
public sealed class LiquidPromptTemplateFactory : IPromptTemplateFactory
{
    /// <summary>The template format that it takes.</summary>
    public const string Format = "liquid";

    /// <inheritdoc/>
    /// <exception cref="FormatException">The template is not Liquid.</exception>
    public bool TryCreate(PromptTemplateConfig templateConfig, [NotNullWhen(true)] out IPromptTemplate? result)
    {
        ArgumentNullException.ThrowIfNull(templateConfig);
        result = string.Equals(templateConfig.TemplateFormat, Format, StringComparison.Ordinal)
            ? new LiquidPromptTemplate([(ChatRole.User, LiquidTemplate.Parse(templateConfig.Template))])
            : null;
        return result is not null;
    }
}
