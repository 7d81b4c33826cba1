using System.Text.Json;

namespace R2Synth.Testing;

/// <summary>How the files and batches of a <see cref="TestServer"/> behave.</summary>
public sealed class BatchServerOptions
{
    /// <summary>How often a batch is asked for before it has ended.</summary>
    public int Polls { get; set; } = 2;

    /// <summary>Time that a batch takes at least.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>How the batches end, in the order of their making: <c>completed</c>, <c>expired</c>, <c>cancelled</c> or <c>failed</c>. Those after the last complete.</summary>
    public IReadOnlyList<string> Ends { get; set; } = [];

    /// <summary>Why a batch fails: code and message.</summary>
    public (string Code, string Message) Refusal { get; set; } = ("invalid_json_line", "This line is not parseable as valid JSON.");

    /// <summary>Share of an expired or cancelled batch's lines that were answered before its end, 0 to 1; which ones depends on seed and id.</summary>
    public double AnsweredShare { get; set; } = 0.5;

    /// <summary>Share of the lines that fail with one of <see cref="LineStatuses"/>, 0 to 1.</summary>
    public double FailingShare { get; set; }

    /// <summary>The statuses of failing lines; 0 leaves the line out of both files.</summary>
    public IReadOnlyList<int> LineStatuses { get; set; } = [500, 429];

    /// <summary>How often one and the same line fails before it is answered.</summary>
    public int FailingRepeats { get; set; } = 1;

    /// <summary>Seed of what fails.</summary>
    public long Seed { get; set; }

    /// <summary>Most entries of a page of a list, whatever is asked for.</summary>
    public int PageSize { get; set; } = 3;

    /// <summary>A fault for a request, by its method and path (<c>POST files</c>, <c>GET files/*/content</c>, <c>GET batches</c>, <c>GET batches/*</c> ...) and how many of the kind came before.</summary>
    public Func<string, int, BatchFault>? Fault { get; set; }

    /// <summary>Sees a request before it is done.</summary>
    public Func<string, Task>? OnRequest { get; set; }

    /// <summary>Status and body of a line, in the place of the server's own.</summary>
    public Func<JsonElement, (int Status, string Body)?>? Line { get; set; }
}
