using System.Text;
using System.Text.Json;

namespace R2Synth.Records.Corpora;

/// <summary>A line of a BEIR or JSONL corpus.</summary>
/// <param name="Docid">Never empty.</param>
/// <param name="Title">Empty where there is none.</param>
/// <param name="Text">Empty where the record has an empty text.</param>
internal sealed record CorpusRecord(string Docid, string Title, string Text)
{
    /// <summary>BEIR's field of the id.</summary>
    public const string BeirDocidField = "_id";

    /// <summary>Reads a line.</summary>
    /// <param name="line">Valid UTF-8.</param>
    /// <param name="fields">The names of the fields.</param>
    /// <param name="place">File and line, for messages.</param>
    /// <exception cref="InputException">The line is not such a record.</exception>
    public static CorpusRecord Parse(ReadOnlyMemory<byte> line, RecordFields fields, string place)
    {
        using JsonDocument json = ParseJson(line, place);
        JsonElement root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new InputException($"{place}: a JSON object is needed, found {Describe(root)}. Each line is one document, for instance {{\"{fields.Docid}\": \"1\", \"{fields.Text}\": \"...\"}}.");

        return new CorpusRecord(DocidOf(root, fields, place), TitleOf(root, fields, place), TextOf(root, fields, place));
    }

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> line, string place)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            int bytes = (int)Math.Min(e.BytePositionInLine ?? 0, line.Length);
            string message = e.Message.Split(" LineNumber:")[0].TrimEnd();
            throw new InputException($"{place} column {Encoding.UTF8.GetCharCount(line.Span[..bytes]) + 1}: is not valid JSON. {message} Each line must be one whole JSON object.", e);
        }
    }

    private static string DocidOf(JsonElement root, RecordFields fields, string place)
    {
        string field = root.TryGetProperty(fields.Docid, out JsonElement value) ? fields.Docid : BeirDocidField;
        if (field == BeirDocidField && !root.TryGetProperty(field, out value))
            throw new InputException($"{place}: '{fields.Docid}' is missing; the line has {FieldsOf(root)}. Every document needs an id: name its field with R2Synth:Corpus:DocidField (a field '{BeirDocidField}' is taken too).");
        string docid = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : StringOf(value, field, place, "a text that is not empty, or a number");
        return string.IsNullOrWhiteSpace(docid)
            ? throw new InputException($"{place}: '{field}' is {Describe(value)}, but a document needs an id: a text that is not empty, or a number.")
            : docid;
    }

    private static string TitleOf(JsonElement root, RecordFields fields, string place) =>
        !root.TryGetProperty(fields.Title, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? ""
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
        : StringOf(value, fields.Title, place, "a text; it may be empty or absent");

    private static string TextOf(JsonElement root, RecordFields fields, string place) =>
        !root.TryGetProperty(fields.Text, out JsonElement value)
            ? throw new InputException($"{place}: '{fields.Text}' is missing; the line has {FieldsOf(root)}. Name the field that holds the text with R2Synth:Corpus:TextField.")
        : value.ValueKind == JsonValueKind.Null ? ""
        : StringOf(value, fields.Text, place, "a text");

    private static string StringOf(JsonElement value, string field, string place, string allowed)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new InputException($"{place}: '{field}' is {Describe(value)}, but must be {allowed}.");
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{place}: '{field}' holds half a surrogate pair (an escape such as \\ud83d without its other half), which is no character. Write the file again with whole characters.", e);
        }
    }

    private static string FieldsOf(JsonElement root)
    {
        string names = string.Join(", ", root.EnumerateObject().Select(p => $"'{p.Name}'"));
        return names.Length == 0 ? "no fields" : names;
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => value.GetRawText() is { Length: > 42 } raw ? $"the text {raw[..40]}..." : $"the text {value.GetRawText()}",
        _ => value.GetRawText(),
    };
}
