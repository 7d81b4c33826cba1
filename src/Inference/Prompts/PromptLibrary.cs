using R2Synth.Records;

namespace R2Synth.Inference.Prompts;

/// <summary>All prompts of a folder, checked when loaded. Immutable and thread-safe.</summary>
/// <remarks>
/// <para>A prompt is a YAML file. <c>gecko/query.yaml</c> is named <c>gecko/query</c>; <c>gecko/query.weak.yaml</c>, of the same name, is its variant for weak models.</para>
/// <code>
/// name: gecko/query
/// purpose: one sentence
/// source: paper and section
/// form: completion             # or chat
/// slots: [title, passage]      # each used by a template (a weak variant may leave some unused); a template uses no other
/// sampling: { temperature: 0.8, top_p: 0.95, top_k: 40, max_tokens: 96, stop: ["\n\n"] }   # each optional
/// labels: [" Yes", " No"]      # optional, a judge's answers
/// templates:                   # Liquid
///   prefix: |+                 # completion, optional: what all calls begin with, without slots
///     ...
///   text: |-                   # completion; or templates of any name, which a judge renders one by one
///     ...
///   # chat: user; before it system (optional) and worked examples user1, assistant1, user2, ...
///   # chat: begun (optional), what the reply begins with, for a caller that begins it
///   # either form: task (optional), a sentence that a recipe makes from the reply's fields
///   # chat with a schema: repair (optional), the turn that shows the slot error; without it the error is shown bare
/// schema: |                    # optional, JSON Schema of the reply
///   {...}
/// </code>
/// <para>Line breaks at a template's end are YAML's: <c>|</c> leaves exactly one, <c>|-</c> none, <c>|+</c> all that are written. A completion mostly wants <c>|-</c>.</para>
/// </remarks>
public sealed class PromptLibrary
{
    private const string Extension = ".yaml";
    private const string WeakSuffix = ".weak";

    private readonly Dictionary<(string Name, bool Weak), Prompt> _prompts;

    private PromptLibrary(Dictionary<(string Name, bool Weak), Prompt> prompts) => _prompts = prompts;

    /// <summary>Every prompt, variants for weak models too, in ordinal order of name, the variant last.</summary>
    public IReadOnlyList<Prompt> All => [.. _prompts.Values.OrderBy(prompt => prompt.Name, StringComparer.Ordinal).ThenBy(prompt => prompt.Weak)];

    /// <summary>Reads every <c>*.yaml</c> in a folder and the folders below it.</summary>
    /// <param name="folder">The folder that prompt names start from.</param>
    /// <exception cref="InputException">The folder is missing or without prompts, or a file has faults: the message gives every file's first one, with its line where known.</exception>
    public static PromptLibrary Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder)) throw new InputException($"Prompt folder '{folder}' does not exist.");
        Dictionary<(string Name, bool Weak), Prompt> prompts = [];
        List<string> faults = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Extension, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(folder, path)[..^Extension.Length].Replace(Path.DirectorySeparatorChar, '/');
            bool weak = name.EndsWith(WeakSuffix, StringComparison.Ordinal);
            if (weak) name = name[..^WeakSuffix.Length];
            try
            {
                prompts.Add((name, weak), new PromptFile(path).Read(name, weak));
            }
            catch (InputException fault)
            {
                faults.Add(fault.Message);
            }
        }

        foreach (Prompt variant in prompts.Values.Where(prompt => prompt.Weak))
        {
            // A recipe gives both the same values, so that a weaker model needs no path of its own.
            if (prompts.TryGetValue((variant.Name, false), out Prompt? plain) && plain.Slots.Except(variant.Slots).FirstOrDefault() is { } missing)
                faults.Add($"Prompt '{variant.Name}': its variant for weak models lacks the slot '{missing}'. It declares all slots of the prompt itself ({string.Join(", ", plain.Slots)}), and may use fewer and add some.");
        }

        if (faults.Count > 0) throw new InputException(string.Join(Environment.NewLine, faults));
        return prompts.Count > 0 ? new PromptLibrary(prompts) : throw new InputException($"Prompt folder '{folder}' has no {Extension} file.");
    }

    /// <summary>The prompt of a name.</summary>
    /// <param name="name">For instance <c>gecko/query</c>.</param>
    /// <param name="weak">Whether the variant for weak models is preferred where there is one.</param>
    /// <exception cref="InputException">There is none; the message lists the names.</exception>
    public Prompt Get(string name, bool weak)
    {
        if (weak && _prompts.TryGetValue((name, true), out Prompt? variant)) return variant;
        if (_prompts.TryGetValue((name, false), out Prompt? prompt)) return prompt;
        string names = string.Join(", ", _prompts.Keys.Select(key => key.Weak ? key.Name + WeakSuffix : key.Name).Order(StringComparer.Ordinal));
        throw new InputException($"There is no prompt '{name}'. Known: {names}.");
    }
}
