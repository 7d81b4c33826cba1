using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Prompts;
using R2Synth.Records;

namespace R2Synth.Bench.Hosted;

/// <summary>The baseline, a process of its own: one <see cref="HttpClient"/>, the same prompts, the replies read and thrown away. Flags: <c>--url</c>, <c>--places</c>, <c>--records</c>.</summary>
internal static class BareLoop
{
    public static async Task RunAsync(string[] args)
    {
        Flags flags = new(args);
        int records = flags.Number("records", 10_000), places = flags.Number("places", 64);
        Uri address = new($"{flags.Text("url")}/chat/completions");
        Prompt prompt = PromptLibrary.Load("prompts").Get("gecko/query", weak: false);
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync("samples/field-guides", new CorpusOptions());
        using HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = places });
        double startCpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        Timeline timeline = new();
        Stopwatch watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, records, new ParallelOptions { MaxDegreeOfParallelism = places }, async (ordinal, token) =>
        {
            using ByteArrayContent content = new(Body(prompt, passages[ordinal % passages.Count], ordinal));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await http.PostAsync(address, content, token);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync(token);
            timeline.Count();
        });
        double seconds = watch.Elapsed.TotalSeconds;
        using Process process = Process.GetCurrentProcess();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new ClientFigures
        {
            Records = records,
            Written = records,
            Calls = records,
            Seconds = seconds,
            CpuSeconds = process.TotalProcessorTime.TotalSeconds,
            StartCpuSeconds = startCpu,
            PeakBytes = process.PeakWorkingSet64,
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            Timeline = timeline.Points,
        }));
    }

    private static byte[] Body(Prompt prompt, Passage passage, int seed)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", "test-model");
            json.WriteStartArray("messages");
            foreach (ChatMessage message in prompt.Messages(new Dictionary<string, object?> { ["title"] = passage.Title, ["passage"] = passage.Text }))
            {
                json.WriteStartObject();
                json.WriteString("role", message.Role.Value);
                json.WriteString("content", message.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("seed", seed);
            json.WriteStartObject("response_format");
            json.WriteString("type", "json_schema");
            json.WriteStartObject("json_schema");
            json.WriteString("name", "reply");
            json.WritePropertyName("schema");
            prompt.Schema!.Value.WriteTo(json); // this prompt has one
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
