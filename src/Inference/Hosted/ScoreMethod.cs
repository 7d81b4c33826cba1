namespace R2Synth.Inference.Hosted;

/// <summary>How scores are got from a server.</summary>
/// <param name="Source">From which field.</param>
/// <param name="Top">How many tokens of a position are asked for: 20 is the most of vLLM (where it is not set lower) and of OpenAI's chat, 5 of OpenAI's completions.</param>
internal sealed record ScoreMethod(ScoreSource Source, int Top)
{
    /// <summary>
    /// What is tried where the settings do not say, best first. vLLM has both ways to score a prompt, and its own has the shorter reply by far.
    /// </summary>
    public static IReadOnlyList<ScoreMethod> All { get; } =
    [
        new(ScoreSource.Vllm, 20), new(ScoreSource.Vllm, 5), new(ScoreSource.Echo, 20), new(ScoreSource.Echo, 5), new(ScoreSource.Chat, 20), new(ScoreSource.Chat, 5),
    ];

    /// <summary>The values of <see cref="BackendOptions.Scores"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["echo", "vllm", "chat", "none"];

    /// <summary>Its value of <see cref="BackendOptions.Scores"/>.</summary>
    public string Name => Source switch { ScoreSource.Vllm => "vllm", ScoreSource.Echo => "echo", _ => "chat" };

    /// <summary>What a server that scores so can do.</summary>
    public BackendAbilities Abilities => Source == ScoreSource.Chat ? BackendAbilities.TokenScores : BackendAbilities.TokenScores | BackendAbilities.PromptScores;
}
