namespace R2Synth.Inference.Hosted;

internal static class HostedBackend
{
    public static Backend Open(string name, BackendOptions options) => throw new NotImplementedException($"{name} {options}");
}
