using System.Collections;
using System.Diagnostics;

namespace R2Synth.EndToEnd.Tests;

/// <summary>A process under way. It is killed, with its children, where it outlives the test.</summary>
internal sealed class StartedProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _out;
    private readonly Task<string> _error;
    private long _peak;

    private StartedProgram(Process process)
    {
        _process = process;
        _out = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public bool Ended => _process.HasExited;

    /// <summary>Starts a program in a folder, without settings of this process's environment.</summary>
    public static StartedProgram Start(string program, IEnumerable<string> args, string folder, IEnumerable<KeyValuePair<string, string>> variables)
    {
        ProcessStartInfo start = new(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => (string)variable.Key))
        {
            if (name.StartsWith("R2SYNTH_", StringComparison.OrdinalIgnoreCase)) start.Environment.Remove(name);
        }

        foreach ((string name, string value) in variables) start.Environment[name] = value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        process.StandardInput.Close();
        return new StartedProgram(process);
    }

    /// <summary>Ends it the hard way: no handler runs, nothing is flushed.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end, and looks at its memory meanwhile.</summary>
    public async Task<Outcome> EndAsync(TimeSpan limit)
    {
        using CancellationTokenSource late = new(limit);
        try
        {
            while (!_process.HasExited)
            {
                Look();
                await Task.Delay(10, late.Token);
            }

            await _process.WaitForExitAsync(late.Token);
            return new Outcome(_process.ExitCode, await _out.WaitAsync(late.Token), await _error.WaitAsync(late.Token), _peak);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await Task.WhenAny(_error, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None));
            string said = _error.IsCompletedSuccessfully ? await _error : "";
            throw new TimeoutException($"The program had not ended after {limit}. stderr:\n{said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        }

        _process.Dispose();
    }

    private void Look()
    {
        try
        {
            _process.Refresh();
            _peak = Math.Max(_peak, _process.PeakWorkingSet64);
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
        }
    }
}
