using System.Text.Json;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Tests.Ledger;

namespace R2Synth.Pipeline.Tests.Reporting;

public sealed class RunJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_is_as_approved_and_reads_back()
    {
        string path = _folder.File("run.json");
        await RunJson.WriteAsync(path, Fixture.Run());

        string json = await File.ReadAllTextAsync(path);
        Approved.Check("RunJson.approved.json", json);
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(1195, document.RootElement.GetProperty("recipes")[0].GetProperty("rejects").GetProperty("generate/not-grounded").GetInt32());
    }
}
