using System.Net.Http.Headers;

namespace R2Synth.Testing;

/// <summary>Has the runtime compile the way of a request, on a server that is gone before the real one starts.</summary>
internal static class WarmUp
{
    private const int InFlight = 64;

    private static readonly byte[] Body = """
        {"model":"test-model","messages":[{"role":"system","content":"Write a task and a query."},{"role":"user","content":"Passage: a server that is warm answers at once."}],"seed":1,
         "response_format":{"type":"json_schema","json_schema":{"name":"reply","schema":{"type":"object","required":["task","query"],"additionalProperties":false,
         "properties":{"task":{"type":"string","maxLength":80},"query":{"type":"string","maxLength":80}}}}}}
        """u8.ToArray();

    internal static async Task RunAsync(int requests)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions());
        using HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = InFlight });
        Uri address = new(server.Url + "/chat/completions");
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (_, token) =>
        {
            using ByteArrayContent content = new(Body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await http.PostAsync(address, content, token);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync(token);
        });
    }
}
