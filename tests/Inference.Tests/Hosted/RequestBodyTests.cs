using System.Text;
using System.Text.Json;
using R2Synth.Inference.Hosted;

namespace R2Synth.Inference.Tests.Hosted;

public class RequestBodyTests
{
    private static HostedEndpoint Endpoint(string url = "http://127.0.0.1:1/v1", string model = "m\"1", double price = 0, string apiVersion = "") => FleetFixture.Endpoint(new EndpointOptions
    {
        Url = url,
        Model = model,
        PriceOut = price,
        ApiVersion = apiVersion,
    });

    private static string For(string json, HostedEndpoint endpoint, RequestForm form = RequestForm.Chat) => Encoding.UTF8.GetString(RequestBody.Read(Encoding.UTF8.GetBytes(json), form).For(endpoint));

    [Theory]
    [InlineData("""{"model":"x","max_completion_tokens":7,"n":{"model":"y"}}""", """{"model":"m\u00221","max_tokens":7,"n":{"model":"y"}}""")]
    [InlineData("""{ "max_tokens" : 7 , "model" : "x" }""", """{ "max_tokens" : 7 , "model" : "m\u00221" }""")]
    [InlineData("""{"messages":[]}""", """{"model":"m\u00221","messages":[]}""")]
    public void For_changes_only_what_differs(string json, string expected) => Assert.Equal(expected, For(json, Endpoint()));

    [Theory]
    [InlineData("https://api.openai.com/v1", "")]
    [InlineData("https://one.openai.azure.com/openai", "2024-10-21")]
    public void For_OpenAI_keeps_its_own_name_of_the_limit(string url, string version) =>
        Assert.Equal("""{"model":"m\u00221","max_completion_tokens":7}""", For("""{"model":"x","max_completion_tokens":7}""", Endpoint(url, apiVersion: version)));

    [Fact]
    public void For_a_server_that_costs_something_sets_a_limit_where_there_is_none()
    {
        JsonElement made = JsonDocument.Parse(For("""{"model":"x","messages":[{"content":"a"}]}""", Endpoint(price: 1))).RootElement;
        Assert.Equal(4096, made.GetProperty("max_tokens").GetInt32());
        Assert.DoesNotContain("max_", For("""{"model":"x"}""", Endpoint()), StringComparison.Ordinal);
        Assert.DoesNotContain("max_", For("""{"model":"x","input":"a"}""", Endpoint(price: 1), RequestForm.Embedding), StringComparison.Ordinal);
    }

    [Fact]
    public void For_another_endpoint_is_another_body()
    {
        RequestBody body = RequestBody.Read("""{"model":"x"}"""u8.ToArray(), RequestForm.Chat);
        HostedEndpoint one = Endpoint(model: "a"), two = Endpoint(model: "b");
        Assert.Same(body.For(one), body.For(one));
        Assert.Equal("""{"model":"b"}""", Encoding.UTF8.GetString(body.For(two)));
        Assert.Equal("""{"model":"a"}""", Encoding.UTF8.GetString(body.For(one)));
    }

    [Fact]
    public void Read_finds_what_a_price_depends_on()
    {
        RequestBody body = RequestBody.Read("""{"messages":[{"role":"user","content":[{"text":"[{"}]},{"role":"user"}],"max_completion_tokens":7}"""u8.ToArray(), RequestForm.Chat);
        Assert.Equal((2, 7), (body.Messages, body.MostOutput));
        RequestBody embedding = RequestBody.Read("""{"input":["a","b"]}"""u8.ToArray(), RequestForm.Embedding);
        Assert.Equal((1, 0), (embedding.Messages, embedding.MostOutput));
        Assert.ThrowsAny<JsonException>(() => RequestBody.Read("[]"u8.ToArray(), RequestForm.Chat));
    }

    [Fact]
    public void Addresses_and_key_headers_are_the_servers()
    {
        Environment.SetEnvironmentVariable("R2SYNTH_TEST_KEY_FORMS", "k");
        HostedEndpoint azure = FleetFixture.Endpoint(new EndpointOptions { Url = "https://one.openai.azure.com/openai/", Model = "d 1", ApiVersion = "2024-10-21", ApiKeyVariable = "R2SYNTH_TEST_KEY_FORMS" });
        using HttpRequestMessage chat = azure.Request(HttpMethod.Post, "chat/completions"), models = azure.Request(HttpMethod.Get, "models");
        Assert.Equal("https://one.openai.azure.com/openai/deployments/d%201/chat/completions?api-version=2024-10-21", chat.RequestUri!.AbsoluteUri);
        Assert.Equal("https://one.openai.azure.com/openai/models?api-version=2024-10-21", models.RequestUri!.AbsoluteUri);
        Assert.Equal("k", Assert.Single(chat.Headers.GetValues("api-key")));
        Assert.Null(chat.Headers.Authorization);

        HostedEndpoint other = FleetFixture.Endpoint(new EndpointOptions { Url = "http://h:1/v1", Model = "m", ApiKeyVariable = "R2SYNTH_TEST_KEY_FORMS" });
        using HttpRequestMessage plain = other.Request(HttpMethod.Post, "chat/completions");
        Assert.Equal(("http://h:1/v1/chat/completions", "Bearer k"), (plain.RequestUri!.AbsoluteUri, plain.Headers.Authorization!.ToString()));
    }
}
