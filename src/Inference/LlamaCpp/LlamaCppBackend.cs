namespace R2Synth.Inference.LlamaCpp;

internal static class LlamaCppBackend
{
    public static Task<Backend> OpenAsync(string name, BackendOptions options, string folder, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{name} {options} {folder} {cancellationToken}");
}
