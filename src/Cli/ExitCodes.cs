namespace R2Synth.Cli;

internal static class ExitCodes
{
    public const int Done = 0;
    public const int Fault = 1;
    public const int BadInput = 2;
    public const int Interrupted = 130;
}
