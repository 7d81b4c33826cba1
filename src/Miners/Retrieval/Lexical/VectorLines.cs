using System.Globalization;
using System.Text;
using System.Text.Json;
using R2Synth.Records;
using R2Synth.Records.Corpora;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>
/// Reads a file of sparse vectors line by line: <c>{"id": ..., "vector": {term: number}}</c>, as Anserini and Pyserini have them; <c>contents</c> is the text, where it is there.
/// Terms are numbered as they come. Not thread-safe.
/// </summary>
/// <param name="path">JSON lines, gzip by its name.</param>
internal sealed class VectorLines(string path)
{
    private const string Example = "{\"id\": \"1\", \"vector\": {\"boat\": 2.5}}";
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<int> _seen = []; // by term the last line that had it
    private char[] _name = new char[256];

    /// <summary>All terms so far by number.</summary>
    public List<string> Terms { get; } = [];

    /// <summary>The present line's number, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The present line's id.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The present line's text; null where it has none.</summary>
    public string? Contents { get; private set; }

    /// <summary>The present line's terms with a weight above 0.</summary>
    public List<QueryTerm> Vector { get; } = [];

    /// <summary>File and line, for messages.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{path} line {Line}");

    /// <summary>Reads the file, one line each time; what it holds is in the properties.</summary>
    /// <exception cref="InputException">The file cannot be read, or a line is no such vector.</exception>
    public async IAsyncEnumerable<VectorLines> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach ((int number, ReadOnlyMemory<byte> line) in LineReader.ReadAsync(path, cancellationToken))
        {
            Line = number;
            Parse(line.Span);
            yield return this;
        }
    }

    private void Parse(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader json = new(line);
        try
        {
            Read(ref json);
        }
        catch (JsonException e)
        {
            int at = (int)Math.Min(e.BytePositionInLine ?? 0, line.Length);
            string what = IsNoNumber(line[at..]) ? "'vector' holds NaN or Infinity, and weights are finite numbers from 0 up." : $"is not valid JSON. {e.Message.Split(" LineNumber:")[0].TrimEnd()} Each line must be one whole JSON object.";
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Place} column {Encoding.UTF8.GetCharCount(line[..at]) + 1}: {what}"), e);
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{Place}: holds half a surrogate pair (an escape such as \\ud83d without its other half), which is no character. Write the file again with whole characters.", e);
        }
    }

    private static bool IsNoNumber(ReadOnlySpan<byte> rest) => rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8);

    private void Read(ref Utf8JsonReader json)
    {
        Vector.Clear();
        (Id, Contents) = ("", null);
        bool vector = false;
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new InputException($"{Place}: a JSON object is needed. Each line is one vector, for instance {Example}.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("id"u8) || json.ValueTextEquals("_id"u8) || json.ValueTextEquals("docid"u8))
            {
                if (Id.Length > 0) throw new InputException($"{Place}: has two ids. Each line is one vector, for instance {Example}.");
                json.Read();
                Id = json.TokenType == JsonTokenType.String ? json.GetString()! // a string
                    : json.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(json.ValueSpan)
                    : throw new InputException($"{Place}: 'id' is {Describe(ref json)}, but must be a text or a number.");
            }
            else if (json.ValueTextEquals("vector"u8))
            {
                if (vector) throw new InputException($"{Place}: has two vectors. Each line is one vector, for instance {Example}.");
                vector = true;
                json.Read();
                if (json.TokenType != JsonTokenType.StartObject) throw new InputException($"{Place}: 'vector' is {Describe(ref json)}, but must be an object of terms and numbers, for instance {Example}.");
                ReadVector(ref json);
            }
            else if (json.ValueTextEquals("contents"u8))
            {
                json.Read();
                Contents = json.TokenType == JsonTokenType.String ? json.GetString() : null;
                json.Skip();
            }
            else
            {
                json.Skip();
            }
        }

        while (json.Read())
        {
            // Anything after the object is not JSON, and reading on says so.
        }

        if (Id.Length == 0) throw new InputException($"{Place}: 'id' is missing or empty. Each line is one vector, for instance {Example}.");
        if (!vector) throw new InputException($"{Place}: 'vector' is missing. Each line is one vector, for instance {Example}.");
    }

    private void ReadVector(ref Utf8JsonReader json)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> numbers = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (_name.Length < json.ValueSpan.Length) _name = new char[json.ValueSpan.Length * 2]; // no more characters than bytes
            ReadOnlySpan<char> term = _name.AsSpan(0, json.CopyString(_name));
            if (!numbers.TryGetValue(term, out int number))
            {
                number = Terms.Count;
                Terms.Add(term.ToString());
                _numbers.Add(Terms[number], number);
                _seen.Add(0);
            }

            if (_seen[number] == Line) throw new InputException($"{Place}: 'vector' names the term '{Terms[number]}' twice. A term has one weight.");
            _seen[number] = Line;
            json.Read();
            double weight = json.TokenType == JsonTokenType.Number && json.TryGetDouble(out double value) ? value : double.NaN;
            if (!(weight >= 0 && float.IsFinite((float)weight)))
                throw new InputException($"{Place}: 'vector' gives the term '{Terms[number]}' {Describe(ref json)}, but a weight is a finite number from 0 up.");
            if ((float)weight > 0) Vector.Add(new QueryTerm(number, (float)weight));
        }
    }

    private static string Describe(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => $"the text \"{Short(json.GetString() ?? "")}\"",
        _ => Encoding.UTF8.GetString(json.ValueSpan),
    };

    private static string Short(string text) => text.Length > 40 ? $"{text[..40]}..." : text;
}
