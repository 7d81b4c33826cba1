using R2Synth.Inference;
using R2Synth.Pipeline;

namespace R2Synth.Cli.Tests.Settings;

public sealed class SettingsLoaderTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Each_source_wins_over_the_one_before()
    {
        _app.Write("appsettings.json", With("""
            "Mining": { "Candidates": 11, "Negatives": 11, "FusionK": 11, "JudgedWords": 111 }, "Generator": "minilm"
            """));
        _app.Write("more.json", """{ "R2Synth": { "Mining": { "Negatives": 12, "FusionK": 12, "JudgedWords": 112 }, "Generator": "minilm" } }""");
        _app.Variables["R2SYNTH_Mining__FusionK"] = "13";
        _app.Variables["R2SYNTH_Mining__JudgedWords"] = "113";

        (int code, _, string stderr) = await _app.RunGeckoAsync(
            "--config", "more.json", "--set", "Mining:JudgedWords=114", "--set", "R2Synth:Generator=minilm", "--generator", "embedded", "--quiet");

        Assert.Equal((0, ""), (code, stderr));
        R2SynthOptions options = Options();
        Assert.Equal(
            (100, 11, 12, 13, 114, "embedded"),
            (options.Mining.RetrievalDepth, options.Mining.Candidates, options.Mining.Negatives, options.Mining.FusionK, options.Mining.JudgedWords, options.Generator));
    }

    [Fact]
    public async Task Get_only_dictionaries_and_lists_are_bound_and_merged()
    {
        _app.Write("appsettings.json", With("""
            "Judge": "server"
            """, """
            , "server": { "Kind": "OpenAI", "Model": "m", "TimeoutSeconds": 2.5, "Endpoints": [
              { "Url": "http://a/v1", "ApiKeyVariable": "R2SYNTH_KEY" }, { "Url": "http://b/v1", "MaxInFlight": 3 } ] }
            """));
        _app.Variables["R2SYNTH_KEY"] = "secret";
        _app.Variables["R2SYNTH_Backends__mock__Kind"] = "LlamaCpp";
        _app.Variables["R2SYNTH_SHARED"] = "/somewhere";

        (int code, _, string stderr) = await _app.RunGeckoAsync("--set", "Backends:mock:Model=x=y.gguf", "--set", "Backends:server:Endpoints:1:Url=https://c/v1", "--quiet");

        Assert.Equal((0, ""), (code, stderr));
        R2SynthOptions options = Options();
        Assert.Equal(["embedded", "minilm", "mock", "server"], options.Backends.Keys);
        Assert.Equal("x=y.gguf", options.Backends["mock"].Model);
        BackendOptions server = options.Backends["server"];
        Assert.Equal(2.5, server.TimeoutSeconds);
        Assert.Equal(["http://a/v1", "https://c/v1"], server.Endpoints.Select(e => e.Url));
        Assert.Equal([64, 3], server.Endpoints.Select(e => e.MaxInFlight));
        Assert.Equal("R2SYNTH_KEY", server.Endpoints[0].ApiKeyVariable);
    }

    [Fact]
    public async Task Unknown_keys_are_named_with_their_source_and_the_nearest_key()
    {
        _app.Write("appsettings.json", With("""
            "Pipline": { "Parallelism": 2 },
            "Mining": { "Zzz": 1 }
            """));
        _app.Variables["R2SYNTH_Corpus__MaxWord"] = "50";

        (int code, _, string stderr) = await _app.RunGeckoAsync("--set", "Backends:minilm:Modle=x");

        Assert.Equal(2, code);
        Assert.Equal(
            """
            r2synth: 4 settings have to be mended:
              R2Synth:Backends:minilm:Modle is not a setting; did you mean R2Synth:Backends:minilm:Model? Set by: --set Backends:minilm:Modle=x.
              R2Synth:Corpus:MaxWord is not a setting; did you mean R2Synth:Corpus:MaxWords? Set by: environment variable R2SYNTH_Corpus__MaxWord.
              R2Synth:Mining:Zzz is not a setting; known in R2Synth:Mining: AbsoluteMargin, AuditWritten, Bm25B, Bm25K1, CalibrationGroups, Candidates, FalseNegativeMargin, FusionK, JudgedWords, MaxFalseNegatives, MaxScore, MinScore, NegativeRule, Negatives, PercPos, PositiveFloor, PositiveMargin, PositiveScore, Positives, RangeMax, RangeMin, RelativeMargin, RetrievalDepth, Sampling, SamplingTemperature, Voters, WrittenShare. Set by: appsettings.json line 6.
              R2Synth:Pipline is not a setting; did you mean R2Synth:Pipeline? Set by: appsettings.json line 5.

            """,
            stderr);
    }

    [Theory]
    [InlineData("Pipeline:Parallelism=many", "R2Synth:Pipeline:Parallelism is 'many'; allowed: a whole number, 1 to 4096.")]
    [InlineData("Pipeline:Parallelism=2.5", "R2Synth:Pipeline:Parallelism is '2.5'; allowed: a whole number, 1 to 4096.")]
    [InlineData("Pipeline:Parallelism=99999999999", "R2Synth:Pipeline:Parallelism is '99999999999'; allowed: a whole number, 1 to 4096.")]
    [InlineData("Pipeline:ShardGroups=", "R2Synth:Pipeline:ShardGroups is ''; allowed: a whole number, 1 to 10000000.")]
    [InlineData("Pipeline:Parallelism=0", "R2Synth:Pipeline:Parallelism is 0; allowed: 1 to 4096.")]
    [InlineData("Pipeline:NearDuplicate=1.5", "R2Synth:Pipeline:NearDuplicate is 1.5; allowed: 0.1 to 1.")]
    [InlineData("Pipeline:NearDuplicate=0,5", "R2Synth:Pipeline:NearDuplicate is '0,5'; allowed: a number, 0.1 to 1.")]
    [InlineData("Pipeline:NearDuplicate=NaN", "R2Synth:Pipeline:NearDuplicate is NaN; allowed: 0.1 to 1.")]
    [InlineData("Corpus:SplitRecords=ja", "R2Synth:Corpus:SplitRecords is 'ja'; allowed: true or false.")]
    [InlineData("Backends:embedded:Threads=0", "R2Synth:Backends:embedded:Threads is 0; allowed: 1 to 512.")]
    [InlineData("Backends:embedded:Threads=two", "R2Synth:Backends:embedded:Threads is 'two'; allowed: a whole number, 1 to 512.")]
    [InlineData("Backends:embedded:Model=", "R2Synth:Backends:embedded:Model is missing or empty; it has to be set.")]
    [InlineData("Cache:Path=", "R2Synth:Cache:Path is missing or empty; it has to be set.")]
    [InlineData("Pipeline=5", "R2Synth:Pipeline is '5', but it is a group of settings: DevShare, MaxFailedShare, NearDuplicate, Parallelism, ShardGroups.")]
    [InlineData("Generator:Name=x", "R2Synth:Generator is a group of settings; allowed: a text.")]
    [InlineData("Backends=x", "R2Synth:Backends is 'x', but it is a list or a group of entries.")]
    [InlineData("Corpus:OverlapWords=100", "R2Synth:Corpus:OverlapWords is 100; it has to be below R2Synth:Corpus:MaxWords, which is 100.")]
    [InlineData("Corpus:MaxWords=14", "R2Synth:Corpus:MinWords is 15; it has to be at most R2Synth:Corpus:MaxWords, which is 14.")]
    [InlineData("Judges:ListwiseStep=21", "R2Synth:Judges:ListwiseStep is 21; it has to be at most R2Synth:Judges:ListwiseWindow, which is 20: a larger step leaves passages out.")]
    [InlineData("Judges:Pairwise=heap", "R2Synth:Judges:Pairwise is 'heap'; allowed: AllPair, Sliding.")]
    [InlineData("Judge=embeded", "R2Synth:Judge is 'embeded', which is no backend. Backends: embedded, minilm. Did you mean 'embedded'?")]
    [InlineData("Backends:embedded:Kind=llamacpp", "R2Synth:Backends:embedded:Kind is 'llamacpp'; allowed: LlamaCpp, OpenAI, Recorded, Static.")]
    [InlineData("Backends:embedded:Retries=1", "R2Synth:Backends:embedded:Retries does not apply to the kind LlamaCpp, which takes Kind, Model, Weak, ContextTokens, Sequences, Threads, GpuLayers, Libraries, Requantize, RequantizeFolder, LongContextTokens, LongSequences, SameBits, FlashAttention, KvType, RecordTo.")]
    public async Task A_bad_value_is_named_with_what_is_allowed(string set, string expected)
    {
        (int code, _, string stderr) = await _app.RunGeckoAsync("--set", set);

        Assert.Equal((2, $"r2synth: {expected} Set by: --set {set}.\n"), (code, stderr));
    }

    [Fact]
    public async Task Ranges_inside_lists_are_checked()
    {
        (int code, _, string stderr) = await _app.RunGeckoAsync(
            "--set", "Backends:s:Kind=OpenAI", "--set", "Backends:s:Model=m", "--set", "Backends:s:Endpoints:0:Url=localhost", "--set", "Backends:s:Endpoints:0:MaxInFlight=0");

        Assert.Equal(2, code);
        Assert.Equal(
            """
            r2synth: 2 settings have to be mended:
              R2Synth:Backends:s:Endpoints:0:MaxInFlight is 0; allowed: 1 to 4096. Set by: --set Backends:s:Endpoints:0:MaxInFlight=0.
              R2Synth:Backends:s:Endpoints:0:Url is 'localhost'; allowed: an address that begins with http:// or https://. Set by: --set Backends:s:Endpoints:0:Url=localhost.

            """,
            stderr);
    }

    [Fact]
    public async Task A_recorded_backend_takes_its_file_and_nothing_else()
    {
        (int code, _, string stderr) = await _app.RunGeckoAsync("--set", "Backends:r:Kind=Recorded", "--set", "Backends:r:Model=m", "--set", "Backends:r:RecordTo=x");

        Assert.Equal(2, code);
        Assert.Equal(
            """
            r2synth: 3 settings have to be mended:
              R2Synth:Backends:r:Model does not apply to the kind Recorded, which takes Kind, Path. Set by: --set Backends:r:Model=m.
              R2Synth:Backends:r:RecordTo does not apply to the kind Recorded, which takes Kind, Path. Set by: --set Backends:r:RecordTo=x.
              R2Synth:Backends:r:Path is missing or empty; it has to be set.

            """,
            stderr);
    }

    [Fact]
    public async Task An_OpenAI_backend_without_endpoint_says_how_to_add_one()
    {
        (int code, _, string stderr) = await _app.RunGeckoAsync("--set", "Backends:s:Kind=OpenAI", "--set", "Backends:s:Model=m");

        Assert.Equal(2, code);
        Assert.StartsWith("r2synth: R2Synth:Backends:s:Endpoints is empty; the kind OpenAI needs at least one, for instance R2Synth:Backends:s:Endpoints:0:Url=http://127.0.0.1:8080/v1.", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_is_a_value_only_where_no_value_has_a_meaning()
    {
        _app.Write("appsettings.json", With("""
            "Pipeline": { "ShardGroups": null }, "Mining": null
            """, """
            , "third": { "Kind": "LlamaCpp", "Model": "x", "Threads": null }
            """));

        (int code, _, string stderr) = await _app.RunGeckoAsync();

        Assert.Equal((2, "r2synth: R2Synth:Pipeline:ShardGroups is null; allowed: a whole number, 1 to 10000000. Set by: appsettings.json line 5.\n"), (code, stderr));
    }

    [Theory]
    [InlineData("{ \"R2Synth\": {\n  \"Generator\": \"x\"\n  \"Judge\": \"y\" } }", "appsettings.json line 3, column 3: this is not JSON. '\"' is invalid after a value. Expected either ',', '}', or ']'.")]
    [InlineData("{ \"R2Synth\": { } } x", "appsettings.json line 1, column 20: this is not JSON. 'x' is invalid after a single JSON value. Expected end of data.")]
    [InlineData("[]", "appsettings.json line 1: a settings file is a JSON object, { \"R2Synth\": { ... } }.")]
    [InlineData("{ \"R2Synth\": {\n \"Judge\": \"a\",\n \"judge\": \"b\" } }", "appsettings.json line 3: R2Synth:judge is set twice, first in appsettings.json line 2. Keep one.")]
    [InlineData("{ \"R2Snyth\": { \"Judge\": \"a\" } }", "R2Snyth is not a setting; did you mean R2Synth? Set by: appsettings.json line 1.")]
    public async Task A_malformed_file_is_named_with_line_and_column(string json, string expected)
    {
        _app.Write("appsettings.json", json);

        (int code, _, string stderr) = await _app.RunGeckoAsync();

        Assert.Equal(2, code);
        Assert.Contains(expected, stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.json", null, "r2synth: --config nowhere.json: there is no such file.\n")]
    [InlineData("c.json", "{ \"Generator\": \"x\" }", "r2synth: --config c.json: the key 'R2Synth' is missing. Put the settings under it: { \"R2Synth\": { ... } }.\n")]
    [InlineData("c.json", "{", "r2synth: c.json line 1, column 2: this is not JSON. Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.\n")]
    public async Task A_bad_config_file_is_named(string name, string? text, string expected)
    {
        if (text is not null) _app.Write(name, text);

        (int code, _, string stderr) = await _app.RunGeckoAsync("--config", name);

        Assert.Equal((2, expected), (code, stderr));
    }

    [Theory]
    [InlineData("Generator")]
    [InlineData("=x")]
    public async Task A_set_without_key_and_value_is_refused(string set)
    {
        (int code, _, string stderr) = await _app.RunGeckoAsync("--set", set);

        Assert.Equal((2, $"r2synth: --set {set}: this is not Key=Value. Write for instance --set Pipeline:Parallelism=4.\n"), (code, stderr));
    }

    [Fact]
    public async Task Comments_trailing_commas_and_a_byte_order_mark_are_read()
    {
        _app.Write("appsettings.json", "\uFEFF" + With("// why\n\"Seed\": 1,").Replace("\"Seed\": 1", "\"Judge\": \"minilm\"", StringComparison.Ordinal));

        (int code, _, string stderr) = await _app.RunGeckoAsync("--quiet");

        Assert.Equal((0, ""), (code, stderr));
        Assert.Equal("minilm", Options().Judge);
    }

    private static string With(string more, string backends = "") =>
        "{ \"R2Synth\": {\n\"Backends\": {\n\"embedded\": { \"Kind\": \"LlamaCpp\", \"Model\": \"models/tiny.gguf\" },\n"
        + $"\"minilm\": {{ \"Kind\": \"LlamaCpp\", \"Model\": \"models/embed.gguf\" }}{backends.ReplaceLineEndings(" ")} }},\n{more} }} }}";

    private R2SynthOptions Options() => Assert.IsType<R2SynthOptions>(_app.Options);
}
