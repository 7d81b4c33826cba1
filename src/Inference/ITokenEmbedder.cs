namespace R2Synth.Inference;

/// <summary>Embeds each token of a text in its context, for late interaction (ColBERT). Thread-safe.</summary>
public interface ITokenEmbedder
{
    /// <summary>Embeds a text's tokens.</summary>
    /// <param name="text">The text; what is longer than the model's context is cut at its end. May be empty.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One vector a token of the text, in its order. The marks that a model wants at the start and the end of a text have none, nor is there padding.</returns>
    Task<TokenVectors> EmbedTokensAsync(string text, CancellationToken cancellationToken = default);
}
