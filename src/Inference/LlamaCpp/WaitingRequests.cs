namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// Requests at the engine's door. The one that shares most with what the streams hold goes first, so that common prefixes meet; of equals the oldest;
/// and one that was passed over too often before all. The order changes no reply. Used by the engine's thread only.
/// </summary>
internal sealed class WaitingRequests<T>
    where T : EngineRequest
{
    /// <summary>How often a request may be passed over.</summary>
    internal const int MostPassed = 64;

    private readonly List<T> _requests = []; // oldest first

    internal int Count => _requests.Count;

    internal void Add(T request) => _requests.Add(request);

    /// <summary>Takes the next one; null where none waits.</summary>
    /// <param name="shared">How many leading tokens of a request need not be computed.</param>
    internal T? Take(Func<T, int> shared)
    {
        _requests.RemoveAll(request => request.Abandoned);
        if (_requests.Count == 0)
            return null;

        int chosen = 0;
        if (_requests.Count > 1 && _requests[0].Passed < MostPassed)
        {
            int most = -1;
            for (int i = 0; i < _requests.Count; i++)
            {
                int common = shared(_requests[i]);
                if (common > most)
                    (chosen, most) = (i, common);
            }
        }

        for (int i = 0; i < chosen; i++)
            _requests[i].Passed++;
        T request = _requests[chosen];
        _requests.RemoveAt(chosen);
        return request;
    }

    internal void FailAll(Func<Exception> reason)
    {
        foreach (T request in _requests)
            request.Fail(reason());
        _requests.Clear();
    }
}
