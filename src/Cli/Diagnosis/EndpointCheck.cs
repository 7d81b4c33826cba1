using System.Net;
using System.Net.Http.Headers;
using R2Synth.Inference;

namespace R2Synth.Cli.Diagnosis;

/// <summary>Asks a server for its models: does anything answer, and does it take the key?</summary>
internal static class EndpointCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static async Task<DiagnosisLine> RunAsync(
        string backend, EndpointOptions endpoint, bool inUse, AppEnvironment environment, CancellationToken cancellationToken)
    {
        string check = $"backend {backend}";
        DiagnosisLevel bad = inUse ? DiagnosisLevel.Fail : DiagnosisLevel.Warn;
        string unused = inUse ? "" : " (not in use)";
        if (endpoint.ApiKeyVariable.Length > 0 && !environment.Has(endpoint.ApiKeyVariable))
        {
            return new DiagnosisLine(bad, check, $"the environment variable {endpoint.ApiKeyVariable} is not set{unused}", "Set it to the server's key.");
        }

        try
        {
            using var client = new HttpClient { Timeout = Limit };
            bool azure = endpoint.ApiVersion.Length > 0;
            string version = azure ? $"?api-version={Uri.EscapeDataString(endpoint.ApiVersion)}" : "";
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{endpoint.Url.TrimEnd('/')}/models{version}");
            if (endpoint.ApiKeyVariable.Length > 0)
            {
                string key = environment.Variables[endpoint.ApiKeyVariable];
                if (azure) request.Headers.TryAddWithoutValidation("api-key", key);
                else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new DiagnosisLine(
                    bad, check, $"{endpoint.Url} refuses the key{unused}", "Let ApiKeyVariable name the environment variable that holds the key."),
                >= HttpStatusCode.InternalServerError => new DiagnosisLine(
                    bad, check, $"{endpoint.Url} answers {(int)response.StatusCode}{unused}", "Look at the server's log."),
                _ => new DiagnosisLine(DiagnosisLevel.Ok, check, $"{endpoint.Url} answers{unused}"),
            };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or TaskCanceledException)
        {
            string reason = e is TaskCanceledException ? $"no answer within {Limit.TotalSeconds} s" : "no connection";
            return new DiagnosisLine(bad, check, $"{endpoint.Url}: {reason}{unused}", "Start the server, or correct the address in Endpoints.");
        }
    }
}
