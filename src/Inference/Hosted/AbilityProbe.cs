using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>Finds out what else than chat the servers of a backend give, by asking for it: one small request each.</summary>
/// <param name="endpoints">All of them have to give it.</param>
/// <param name="sender">Sends.</param>
/// <param name="times">The waits.</param>
internal sealed class AbilityProbe(IReadOnlyList<HostedEndpoint> endpoints, HostedSender sender, HostedTimes times)
{
    private const string Prefix = "The sky is blue and the grass is green.";

    private static readonly Continuation Scored = new() { Lead = "\nColours:", Text = " the sky is blue", Then = "\nIs that right, Yes or No?", Labels = [" Yes", " No"] };

    /// <summary>Looks for the first method that gives real numbers everywhere.</summary>
    /// <param name="methods">What to try, in this order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The method, or why the last one was none.</returns>
    /// <exception cref="InputException">A server is not there, or refuses the key.</exception>
    public async Task<(ScoreMethod? Method, string Reason)> FindScoresAsync(IEnumerable<ScoreMethod> methods, CancellationToken cancellationToken)
    {
        string reason = "";
        foreach (ScoreMethod method in methods)
        {
            string?[] faults = await Task.WhenAll(endpoints.Select(endpoint => FaultAsync(endpoint, method, cancellationToken)));
            if (Array.TrueForAll(faults, fault => fault is null)) return (method, "");
            reason = faults.First(fault => fault is not null) ?? "";
        }

        return (null, reason);
    }

    /// <summary>Whether every server embeds.</summary>
    /// <exception cref="InputException">A server is not there or refuses the key, or two embed differently.</exception>
    public async Task<bool> EmbedsAsync(CancellationToken cancellationToken)
    {
        int[] dimensions = await Task.WhenAll(endpoints.Select(endpoint => DimensionsAsync(endpoint, cancellationToken)));
        if (dimensions.Contains(0)) return false;
        int other = Array.FindIndex(dimensions, count => count != dimensions[0]);
        return other < 0 ? true : throw new InputException(
            $"{endpoints[other].Prefix} embeds in {dimensions[other]} numbers and {endpoints[0].Url} in {dimensions[0]}. All endpoints of a backend must serve the same model: check their Url and Model.");
    }

    /// <summary>Looks for the first way to rerank that every server knows.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="InputException">A server is not there, or refuses the key.</exception>
    public async Task<RerankMethod?> FindRerankAsync(CancellationToken cancellationToken)
    {
        foreach (RerankMethod method in RerankMethod.All)
        {
            bool[] ranks = await Task.WhenAll(endpoints.Select(endpoint => RanksAsync(endpoint, method, cancellationToken)));
            if (Array.TrueForAll(ranks, one => one)) return method;
        }

        return null;
    }

    private async Task<bool> RanksAsync(HostedEndpoint endpoint, RerankMethod method, CancellationToken cancellationToken)
    {
        try
        {
            RerankReply reply = await new HostedReranker(new ProbeCalls(endpoint, sender, times), method).ScoreAsync("What colour is the sky?", [Prefix, "Nothing."], cancellationToken);
            return reply.Scores.All(score => score.Score is not null);
        }
        catch (CallFailedException)
        {
            return false;
        }
    }

    private async Task<string?> FaultAsync(HostedEndpoint endpoint, ScoreMethod method, CancellationToken cancellationToken)
    {
        try
        {
            Continuation asked = method.Source == ScoreSource.Chat ? Scored with { Text = "" } : Scored;
            HostedScorer scorer = new(new ProbeCalls(endpoint, sender, times), method);
            ContinuationScore score = (await scorer.ScoreAsync(Prefix, [asked], cancellationToken))[0];
            // A text of several words of which each is certain is none that was read.
            return asked.Text.Length > 0 && score.LogLikelihood >= 0 ? $"{endpoint.Prefix} gives log-probabilities that are all 0." : null;
        }
        catch (CallFailedException fault)
        {
            return fault.Message;
        }
    }

    private async Task<int> DimensionsAsync(HostedEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            using HostedEmbeddingGenerator embeddings = new(new ProbeCalls(endpoint, sender, times), endpoint.Model);
            return (await embeddings.GenerateAsync([Prefix], null, cancellationToken))[0].Vector.Length;
        }
        catch (CallFailedException)
        {
            return 0;
        }
    }
}
