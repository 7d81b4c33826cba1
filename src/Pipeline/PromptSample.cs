using System.Text;
using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;

namespace R2Synth.Pipeline;

/// <summary>Requests of one prompt, rendered as the run itself will render them, and what they take.</summary>
/// <param name="backend">Whose tokens are counted.</param>
/// <param name="cache">Asked for the requests' replies: of those that were made before everything is known.</param>
/// <param name="prompt">The prompt.</param>
internal sealed class PromptSample(Backend backend, CallCache cache, Prompt prompt)
{
    /// <summary>Tokens of a reply where the prompt sets no limit.</summary>
    private const int UsualLimit = 1024;

    /// <summary>Bytes of a token under the usual vocabularies: for a server, whose tokens cannot be counted here.</summary>
    private const double BytesPerToken = 4;

    private const int TokensPerMessage = 4; // role and separators, in the usual chat templates

    private readonly List<double> _requests = []; // tokens of each
    private readonly List<(double Counted, double Read, double Written)> _made = [];

    /// <summary>Most tokens of one reply.</summary>
    public int Limit => prompt.Sampling.MaxTokens ?? UsualLimit;

    /// <summary>How many of the sampled requests were made before.</summary>
    public int Made => _made.Count;

    /// <summary>Most calls for one request: a prompt with a schema is repaired twice at most.</summary>
    public int MostCalls => prompt.Schema is null ? 1 : 3;

    /// <summary>Renders one request.</summary>
    /// <param name="slots">Its slots.</param>
    /// <param name="seed">The seed that the run will send, so that the cache can be asked; null where that is not known yet.</param>
    public void Add(IReadOnlyDictionary<string, object?> slots, int? seed)
    {
        IReadOnlyList<ChatMessage> messages = prompt.Messages(slots);
        double counted = messages.Sum(message => CountTokens(backend, message.Text)) + (prompt.Form == PromptForm.Chat ? TokensPerMessage * messages.Count : 0);
        _requests.Add(counted);
        if (seed is int known && cache.TryGet(ChatKey.Of(backend.ModelIdentity, messages, prompt.Options(known))) is { TokensRead: > 0 } call)
        {
            _made.Add((counted, call.TokensRead, call.TokensWritten));
        }
    }

    /// <summary>Tokens read in a number of requests: rendered, counted, and set right by what earlier replies say was really read.</summary>
    public Estimate Read(long requests)
    {
        double right = _made.Count == 0 ? 1 : _made.Sum(call => call.Read) / _made.Sum(call => call.Counted);
        return Estimate.Of([.. _requests.Select(counted => counted * right)], requests);
    }

    /// <summary>Tokens written: as in earlier replies, or half of the limit where there are none.</summary>
    public Estimate Written(long requests) =>
        _made.Count > 0 ? Estimate.Of([.. _made.Select(call => call.Written)], requests) : Estimate.Exactly(requests * Limit / 2.0);

    /// <summary>Tokens of a text: counted where the model is in the process, else estimated from its bytes.</summary>
    public static double CountTokens(Backend backend, string text) => backend.CountTokens(text) ?? (Encoding.UTF8.GetByteCount(text) / BytesPerToken);
}
