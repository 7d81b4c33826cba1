using System.Text.Json;

namespace R2Synth.Inference.Hosted;

/// <summary>A request's JSON, read once: what is to be known of it, and the few bytes in which it differs from server to server. Not thread-safe.</summary>
internal sealed class RequestBody
{
    /// <summary>Room for a reply whose request sets no limit, on servers that cost something.</summary>
    private const int AssumedOutput = 4096;

    private readonly byte[] _json;
    private readonly int _begin;
    private Range _model, _limitName;
    private bool _hasModel, _hasLimit;
    private int _documents, _queryBytes;
    private (HostedEndpoint Endpoint, byte[] Body)? _last;

    private RequestBody(byte[] json, RequestForm form)
    {
        _json = json;
        Form = form;
        Utf8JsonReader reader = new(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A request must be a JSON object.");
        _begin = (int)reader.BytesConsumed;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Property(ref reader);
    }

    /// <summary>What is asked.</summary>
    public RequestForm Form { get; }

    /// <summary>Its length in bytes.</summary>
    public int Length => _json.Length;

    /// <summary>Messages in it; 1 where there are none.</summary>
    public int Messages { get; private set; } = 1;

    /// <summary>Bytes that the model reads beyond the body's own: a reranker reads the query once a document.</summary>
    public int RepeatedBytes => _documents > 1 ? (_documents - 1) * _queryBytes : 0;

    /// <summary>Most tokens of the reply.</summary>
    public int MostOutput { get; private set; }

    private bool Writes => Form is RequestForm.Chat or RequestForm.Completion;

    /// <summary>Reads a request.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static RequestBody Read(byte[] json, RequestForm form)
    {
        RequestBody body = new(json, form);
        if (!body._hasLimit && body.Writes) body.MostOutput = AssumedOutput;
        return body;
    }

    /// <summary>As a server wants it: its name of the model, its name of the limit, and a limit where tokens cost something.</summary>
    public byte[] For(HostedEndpoint endpoint)
    {
        if (_last is { } last && last.Endpoint == endpoint) return last.Body;
        List<(Range Where, byte[] Text)> edits = [];
        byte[] model = JsonSerializer.SerializeToUtf8Bytes(endpoint.Model);
        if (!_hasModel) edits.Add((_begin.._begin, [.. "\"model\":"u8, .. model, (byte)',']));
        else if (!_json.AsSpan(_model).SequenceEqual(model)) edits.Add((_model, model));
        // OpenAI's own servers want 'max_completion_tokens'; older llama.cpp servers (before ggml-org/llama.cpp#19831) and others overlook it and write without end, and all of
        // them know the older 'max_tokens'.
        ReadOnlySpan<byte> name = endpoint.IsOpenAI && Form == RequestForm.Chat ? "\"max_completion_tokens\""u8 : "\"max_tokens\""u8;
        if (_hasLimit && !_json.AsSpan(_limitName).SequenceEqual(name)) edits.Add((_limitName, name.ToArray()));
        if (!_hasLimit && Writes && !endpoint.Pricing.IsFree)
            edits.Add((_begin.._begin, [.. name, (byte)':', .. JsonSerializer.SerializeToUtf8Bytes(AssumedOutput), (byte)',']));
        byte[] body = edits.Count == 0 ? _json : Apply(edits);
        _last = (endpoint, body);
        return body;
    }

    private byte[] Apply(List<(Range Where, byte[] Text)> edits)
    {
        using MemoryStream made = new(_json.Length + edits.Sum(edit => edit.Text.Length));
        int done = 0;
        foreach ((Range where, byte[] text) in edits.OrderBy(edit => edit.Where.Start.Value))
        {
            made.Write(_json, done, where.Start.Value - done);
            made.Write(text);
            done = where.End.Value;
        }

        made.Write(_json, done, _json.Length - done);
        return made.ToArray();
    }

    private void Property(ref Utf8JsonReader reader)
    {
        Range name = (int)reader.TokenStartIndex..(int)(reader.TokenStartIndex + reader.ValueSpan.Length + 2);
        bool isModel = reader.ValueTextEquals("model"u8);
        bool isLimit = reader.ValueTextEquals("max_tokens"u8) || reader.ValueTextEquals("max_completion_tokens"u8);
        bool isMessages = reader.ValueTextEquals("messages"u8);
        bool isQuery = Form == RequestForm.Rerank && reader.ValueTextEquals("query"u8);
        bool isDocuments = Form == RequestForm.Rerank && (reader.ValueTextEquals("documents"u8) || reader.ValueTextEquals("texts"u8));
        reader.Read();
        if (isModel)
        {
            _model = (int)reader.TokenStartIndex..(int)reader.BytesConsumed;
            _hasModel = true;
        }
        else if (isLimit && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int limit))
        {
            (_limitName, _hasLimit, MostOutput) = (name, true, limit);
        }
        else if (isQuery && reader.TokenType == JsonTokenType.String)
        {
            _queryBytes = reader.ValueSpan.Length;
        }
        else if (isDocuments && reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                _documents++;
                reader.Skip();
            }

            Messages = Math.Max(_documents, 1); // each is read as a text of its own, with its own marks around it
        }
        else if (isMessages && reader.TokenType == JsonTokenType.StartArray)
        {
            Messages = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Messages++;
                reader.Skip();
            }
        }

        reader.Skip();
    }
}
