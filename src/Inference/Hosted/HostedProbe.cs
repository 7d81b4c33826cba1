using System.Globalization;
using System.Net;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>Asks the servers, before anything is paid for, what would otherwise go wrong in the middle of a run.</summary>
internal sealed class HostedProbe(IReadOnlyList<HostedEndpoint> endpoints, HostedSender sender, HostedTimes times)
{
    private const int ModelsNamed = 10;

    /// <summary>Nobody answers so without being held to it.</summary>
    private const string SchemaRequest = """
        {"messages":[{"role":"user","content":"Say hello."}],"max_tokens":16,"temperature":0,"response_format":{"type":"json_schema","json_schema":{"name":"probe","strict":true,
        "schema":{"type":"object","properties":{"code":{"type":"string","enum":["r2"]}},"required":["code"],"additionalProperties":false}}}}
        """;

    /// <summary>Asks every endpoint for its models.</summary>
    /// <exception cref="InputException">One or more are not there, refuse the key, or do not serve the model; all of them are named.</exception>
    public async Task CheckModelsAsync(CancellationToken cancellationToken)
    {
        string?[] findings = await Task.WhenAll(endpoints.Select(endpoint => CheckModelsAsync(endpoint, cancellationToken)));
        if (findings.Any(finding => finding is not null)) throw new InputException(string.Join(Environment.NewLine, findings.OfType<string>()));
    }

    /// <summary>Asks every endpoint for a reply of a few tokens.</summary>
    /// <returns>Whether none refuses or overlooks a schema.</returns>
    public async Task<bool> HoldsSchemaAsync(CancellationToken cancellationToken)
    {
        bool[] holds = await Task.WhenAll(endpoints.Select(endpoint => HoldsSchemaAsync(endpoint, cancellationToken)));
        return holds.All(one => one);
    }

    private async Task<string?> CheckModelsAsync(HostedEndpoint endpoint, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(times.Probe, times.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = endpoint.Request(HttpMethod.Get, "models");
            using HttpResponseMessage response = await sender.SendAsync(endpoint, request, either.Token);
            string status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) return HostedSender.AccessRefused(endpoint, status);
            if (response.StatusCode >= HttpStatusCode.InternalServerError && response.StatusCode != HttpStatusCode.NotImplemented)
            {
                string said = endpoint.Quote(ServerMessage.Read(await response.Content.ReadAsStringAsync(either.Token)).Text);
                return $"{endpoint.Prefix} does not work: {(said.Length > 0 ? $"{status}: {said.TrimEnd('.')}" : status)}. Look at the server's log; one that is still loading its model needs a moment.";
            }

            // Some servers have no such list, or one that says nothing, and Azure's is of models where deployments are asked.
            if (!response.IsSuccessStatusCode || endpoint.IsAzure) return null;
            List<string> served = Names(await response.Content.ReadAsStringAsync(either.Token));
            if (served.Count == 0 || served.Contains(endpoint.Model, StringComparer.Ordinal)) return null;
            string more = served.Count > ModelsNamed ? string.Create(CultureInfo.InvariantCulture, $" and {served.Count - ModelsNamed} more") : "";
            return $"{endpoint.Prefix} does not serve the model '{endpoint.Model}'. It serves {string.Join(", ", served.Take(ModelsNamed).Select(endpoint.Quote))}{more}. Correct {endpoint.Setting}:Model, or {endpoint.Own}:Model for this server alone.";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{endpoint.Prefix} did not answer: no reply within {times.Probe.TotalSeconds} s. Is the server running, and is {endpoint.Setting}:{endpoint.Own}:Url right?");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return $"{endpoint.Prefix} did not answer: {HostedSender.Reason(fault).TrimEnd('.')}. Is the server running? Start it, or correct {endpoint.Setting}:{endpoint.Own}:Url.";
        }
    }

    private static List<string> Names(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("data", out JsonElement models) || models.ValueKind != JsonValueKind.Array) return [];
            return [.. models.EnumerateArray()
                .Select(model => model.ValueKind == JsonValueKind.Object && model.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null)
                .OfType<string>()];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task<bool> HoldsSchemaAsync(HostedEndpoint endpoint, CancellationToken cancellationToken)
    {
        RequestBody body = RequestBody.Read(System.Text.Encoding.UTF8.GetBytes(SchemaRequest), RequestForm.Chat);
        Attempt attempt = await sender.TryAsync(endpoint, body, "chat/completions", HostedCall.Begin(cancellationToken));
        using HttpResponseMessage? response = attempt.Response;
        if (attempt.Kind == AttemptKind.Fatal) throw new InputException(attempt.Reason);
        if (attempt.Kind == AttemptKind.Rejected) return false;
        // A fault that may pass says nothing about schemas.
        return response is null || Holds(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static bool Holds(string reply)
    {
        using JsonDocument document = JsonDocument.Parse(reply); // whole, as the sender has seen
        JsonElement choice = document.RootElement.GetProperty("choices")[0];
        string text = choice.GetProperty("message").TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String ? content.GetString() ?? "" : "";
        // A model that thinks first, or sets its JSON wide, may have had no room to answer, which says nothing.
        bool cutOff = choice.TryGetProperty("finish_reason", out JsonElement reason) && reason.ValueKind == JsonValueKind.String && reason.ValueEquals("length");
        if (text.Length == 0 || (cutOff && text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal))) return true;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("code", out JsonElement code) && code.ValueKind == JsonValueKind.String && code.ValueEquals("r2");
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
