using System.Text;
using System.Web;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace R2Synth.Inference.Prompts;

/// <summary>Liquid templates, one a message, as Semantic Kernel's prompt template: what <see cref="Prompt"/> renders by is what a Kernel renders by.</summary>
internal sealed class LiquidPromptTemplate(IReadOnlyList<(ChatRole Role, LiquidTemplate Template)> messages) : IPromptTemplate
{
    /// <summary>Renders the messages.</summary>
    public IReadOnlyList<ChatMessage> Messages(IReadOnlyDictionary<string, object?> slots) =>
        [.. messages.Select(message => new ChatMessage(message.Role, message.Template.Render(slots)))];

    /// <summary>Renders the messages in the markup that Semantic Kernel takes apart again; the text is encoded whole, so no value can add a message.</summary>
    public Task<string> RenderAsync(Kernel kernel, KernelArguments? arguments = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Dictionary<string, object?> slots = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in arguments ?? []) slots[name] = value;
        StringBuilder markup = new();
        foreach (ChatMessage message in Messages(slots))
            markup.Append("<message role=\"").Append(message.Role.Value).Append("\">").Append(HttpUtility.HtmlEncode(message.Text)).Append("</message>\n");
        return Task.FromResult(markup.ToString());
    }
}
