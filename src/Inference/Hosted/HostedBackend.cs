using System.ClientModel;
using System.ClientModel.Primitives;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using OpenAI;
using R2Synth.Inference.Hosted.Batches;
using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>A model behind an OpenAI-compatible server, by Semantic Kernel's OpenAI connector. The server is first asked when it is first used.</summary>
internal sealed class HostedBackend : Backend
{
    /// <summary>Wait before the first retry; it doubles from one to the next, with jitter. Half a second is what OpenAI's own clients begin with.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);

    private readonly HttpClient _http;
    private readonly HostedChatClient _chat;
    private readonly BatchCalls? _batches;
    private readonly BackendAbilities _abilities;

    private HostedBackend(string name, BackendOptions options, int concurrency, HttpClient http, HostedChatClient chat, BatchCalls? batches)
    {
        Name = name;
        ModelIdentity = $"openai:{options.Model}";
        Weak = options.Weak;
        Concurrency = concurrency;
        _abilities = BackendAbilities.Chat | (options.StructuredOutput ? BackendAbilities.StructuredOutput : BackendAbilities.None);
        _http = http;
        _chat = chat;
        _batches = batches;
    }

    public override string Name { get; }

    public override string ModelIdentity { get; }

    public override BackendAbilities Abilities => _abilities;

    public override int? ContextTokens => null;

    public override bool Weak { get; }

    public override int Concurrency { get; }

    public override IChatClient Chat => _chat;

    /// <summary>Checks the settings and sets up the client; no request is made.</summary>
    /// <exception cref="InputException">A setting does not fit; the message names it and never holds a key.</exception>
    public static HostedBackend Open(string name, BackendOptions options, ISpending? spending = null, string folder = "") =>
        Open(name, options, TimeSpan.FromSeconds(options.TimeoutSeconds), FirstDelay, folder, spending);

    /// <summary>As <see cref="Open(string, BackendOptions, ISpending, string)"/>, with times that tests can afford.</summary>
    internal static HostedBackend Open(
        string name, BackendOptions options, TimeSpan timeout, TimeSpan firstDelay, string folder = "", ISpending? spending = null, TimeProvider? clock = null, Action<string>? batchStep = null)
    {
        HostedEndpoint endpoint = Check(name, options);
        // A proxy meant for the outside must not stand before a server on this machine.
        SocketsHttpHandler sockets = new()
        {
            AllowAutoRedirect = false,
            UseProxy = !endpoint.Url.IsLoopback,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        BatchCalls? batches = options.Batch.Enabled ? BatchCalls.Open(endpoint, options, folder, firstDelay, sockets, spending, clock, batchStep) : null;
        HttpMessageHandler network = batches is null ? new HostedHttpHandler(endpoint, timeout, options.Retries, firstDelay, sockets) : new BatchHttpHandler(batches, endpoint);
        HttpClient http = new(network) { Timeout = Timeout.InfiniteTimeSpan };
        OpenAIClientOptions client = new()
        {
            Endpoint = endpoint.Url,
            Transport = new HttpClientPipelineTransport(http),
            // Retries and time-outs are HostedHttpHandler's alone.
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        // A server without a key needs a credential all the same; HostedHttpHandler takes the header off again.
        ApiKeyCredential credential = new(endpoint.Key ?? "none");
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatClient(options.Model, new OpenAIClient(credential, client));
        IChatClient connector = builder.Build().GetRequiredService<IChatClient>();
        // A call that waits for its batch is under way: where more than a batch is asked for at once, several batches are.
        (int concurrency, int room) = batches is null ? (options.Endpoints[0].MaxInFlight, options.Endpoints[0].MaxInFlight) : (options.Batch.MaxRequests, int.MaxValue);
        return new HostedBackend(name, options, concurrency, http, new HostedChatClient(connector, endpoint, options.StructuredOutput, room, batches), batches);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_batches is not null) await _batches.DisposeAsync();
        _chat.Dispose();
        _http.Dispose();
    }

    private static HostedEndpoint Check(string name, BackendOptions options)
    {
        string setting = $"R2Synth:Backends:{name}";
        (string Key, bool Set)[] foreign =
        [
            (nameof(options.ContextTokens), options.ContextTokens is not null),
            (nameof(options.Sequences), options.Sequences is not null),
            (nameof(options.Threads), options.Threads is not null),
            (nameof(options.GpuLayers), options.GpuLayers != 0),
            (nameof(options.Libraries), options.Libraries is not null),
            (nameof(options.Requantize), options.Requantize is not null),
        ];
        foreach ((string key, bool set) in foreign)
        {
            if (set) throw new InputException($"Setting {setting}:{key} does not apply to Kind 'OpenAI': it belongs to a model in the process (Kind 'LlamaCpp'). Remove it.");
        }

        if (string.IsNullOrWhiteSpace(options.Model)) throw new InputException($"Setting {setting}:Model is empty. It must be the name that the server knows the model by.");
        CheckRanges(setting, options);
        CheckRanges($"{setting}:Batch", options.Batch);
        if (options.Endpoints.Count != 1)
        {
            throw new InputException(
                $"Setting {setting}:Endpoints has {options.Endpoints.Count} entries. A backend of Kind 'OpenAI' needs one, for instance {{ \"Url\": \"http://127.0.0.1:8080/v1\" }}.");
        }

        setting = $"{setting}:Endpoints:0";
        EndpointOptions endpoint = options.Endpoints[0];
        CheckRanges(setting, endpoint);
        if (!Uri.TryCreate(endpoint.Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            throw new InputException($"Setting {setting}:Url is '{endpoint.Url}'. It must be an address up to and with /v1, for instance http://127.0.0.1:8080/v1.");
        // The value is not shown: it may hold a password.
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            throw new InputException($"Setting {setting}:Url holds more than scheme, host, port and path. Give a key by ApiKeyVariable.");
        return new HostedEndpoint { Backend = name, Model = options.Model, Url = url, KeyVariable = endpoint.ApiKeyVariable, Key = ReadKey(setting, endpoint.ApiKeyVariable) };
    }

    private static void CheckRanges(string setting, object options)
    {
        List<ValidationResult> faults = [];
        if (Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true)) return;
        throw new InputException(string.Join(Environment.NewLine, faults.Select(fault => $"Setting {setting}:{string.Join(", ", fault.MemberNames)}: {fault.ErrorMessage}")));
    }

    private static string? ReadKey(string setting, string variable)
    {
        if (variable.Length == 0) return null;
        string? key = Environment.GetEnvironmentVariable(variable)?.Trim();
        if (string.IsNullOrEmpty(key))
            throw new InputException($"Setting {setting}:ApiKeyVariable names the environment variable {variable}, which is not set. Set it to the server's key, or remove the setting.");
        if (!key.All(c => c is > ' ' and < '\x7F'))
            throw new InputException($"The environment variable {variable} holds characters that no key has (blanks, line breaks or letters beyond ASCII). Check what it was set to.");
        return key;
    }
}
