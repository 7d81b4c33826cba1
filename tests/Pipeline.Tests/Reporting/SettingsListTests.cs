using R2Synth.Inference;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Tests.Reporting;

public sealed class SettingsListTests
{
    [Fact]
    public void Every_setting_has_its_configuration_key()
    {
        R2SynthOptions options = new();
        options.Backends["server"] = new BackendOptions { Kind = "OpenAI", Endpoints = { new EndpointOptions { Url = "http://me:secret@127.0.0.1:8080/v1", ApiKeyVariable = "KEY" } } };

        Dictionary<string, string> settings = new(SettingsList.Flatten(options));

        Assert.Equal("0.7", settings["Pipeline:NearDuplicate"]);
        Assert.Equal("OpenAI", settings["Backends:server:Kind"]);
        Assert.Equal("http://***@127.0.0.1:8080/v1", settings["Backends:server:Endpoints:0:Url"]);
        Assert.Equal("KEY", settings["Backends:server:Endpoints:0:ApiKeyVariable"]);
        Assert.False(settings.ContainsKey("Backends:server:Threads"));
        Assert.DoesNotContain(settings.Values, value => value.Contains("secret", StringComparison.Ordinal));
    }
}
