using R2Synth.Inference.Hosted;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Inference.Recorded;
using R2Synth.Inference.TokenTables;
using R2Synth.Records;

namespace R2Synth.Inference;

/// <summary>Opens backends by their settings: the one place that knows the kinds.</summary>
public static class BackendFactory
{
    /// <summary>The kinds of backend, as <see cref="BackendOptions.Kind"/> spells them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["LlamaCpp", "OpenAI", "Recorded", "Static"];

    /// <summary>The model files that a backend opens in this process: none of a server's, and none of a recording's.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="folder">The folder that relative paths start from.</param>
    /// <returns>Full paths, which need not exist.</returns>
    public static IReadOnlyList<string> ModelFiles(BackendOptions options, string folder)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options switch
        {
            { Model.Length: 0 } => [],
            { Kind: "LlamaCpp" } => [Path.GetFullPath(options.Model, Path.GetFullPath(folder))],
            { Kind: "Static" } => [StaticBackend.TablePath(options, folder), StaticBackend.VocabularyPath(options, folder)],
            _ => [],
        };
    }

    /// <summary>Opens a backend: loads and checks the model, checks the settings of a server (which is first asked when it is first used), reads the index of a recording, or reads a token table.</summary>
    /// <param name="name">Its name in the settings, for messages.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="folder">The folder that relative paths start from: the settings file's.</param>
    /// <param name="spending">The run's money, asked before each request that costs something; null where nobody counts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The settings do not fit, or the model is missing or damaged.</exception>
    public static async Task<Backend> OpenAsync(
        string name, BackendOptions options, string folder, ISpending? spending = null, CancellationToken cancellationToken = default)
    {
        Backend backend = options.Kind switch
        {
            "LlamaCpp" => await LlamaCppBackend.OpenAsync(name, options, folder, cancellationToken),
            "OpenAI" => HostedBackend.Open(name, options, spending, folder),
            "Recorded" => await RecordedBackend.OpenAsync(name, options, folder, cancellationToken),
            "Static" => await StaticBackend.OpenAsync(name, options, folder, cancellationToken),
            _ => throw new InputException(
                $"Setting R2Synth:Backends:{name}:Kind is '{options.Kind}'. Known kinds: {string.Join(", ", Kinds)}."),
        };
        return options.RecordTo is null ? backend : await RecordingBackend.OpenAsync(backend, Path.GetFullPath(options.RecordTo, Path.GetFullPath(folder)), cancellationToken);
    }
}
