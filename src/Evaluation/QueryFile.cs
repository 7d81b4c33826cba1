using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>Reads queries: JSON lines with <c>_id</c> (or <c>qid</c>) and <c>text</c> (or <c>query</c>), or lines of id, tab, text.</summary>
public static class QueryFile
{
    /// <summary>Queries by id, in the file's order where it is enumerated.</summary>
    /// <exception cref="InputException">The file is missing, or a line has no id, no text, or an id that was used before; the message names the line.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        OrderedDictionary<string, string> queries = new(StringComparer.Ordinal);
        await foreach ((int line, string text) in TabularLines.ReadAsync(path, cancellationToken))
        {
            (string id, string query) = text.StartsWith('{') ? Json(path, line, text) : Tabbed(path, line, text);
            if (string.IsNullOrWhiteSpace(query)) throw new InputException($"{path} line {line}: the query '{id}' is empty. Give it a text, or take the line out.");
            if (!queries.TryAdd(id, query)) throw new InputException($"{path} line {line}: the query id '{id}' was used before. Every query needs an id of its own.");
        }

        if (queries.Count == 0) throw new InputException($"{path}: holds no query.");
        return queries;
    }

    /// <summary>Answers by query: <c>metadata.answers</c> (a list of texts) or <c>metadata.answer</c> (one), in the file's order; a query without them is left out.</summary>
    /// <exception cref="InputException">As in <see cref="ReadAsync"/>; also where an answer is no text.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadAnswersAsync(string path, CancellationToken cancellationToken = default)
    {
        OrderedDictionary<string, IReadOnlyList<string>> answers = new(StringComparer.Ordinal);
        await foreach ((int line, string text) in TabularLines.ReadAsync(path, cancellationToken))
        {
            if (!text.StartsWith('{')) continue;
            using JsonDocument document = Parse(path, line, text);
            (string id, _) = Fields(document.RootElement, path, line);
            if (!document.RootElement.TryGetProperty("metadata", out JsonElement metadata) || metadata.ValueKind != JsonValueKind.Object) continue;
            if (!metadata.TryGetProperty("answers", out JsonElement found) && !metadata.TryGetProperty("answer", out found)) continue;
            JsonElement[] each = found.ValueKind == JsonValueKind.Array ? [.. found.EnumerateArray()] : [found];
            if (each.FirstOrDefault(answer => answer.ValueKind != JsonValueKind.String) is { ValueKind: not JsonValueKind.Undefined } wrong)
                throw new InputException($"{path} line {line}: an answer of the query '{id}' is {wrong.ValueKind}; 'metadata.answers' is a list of texts, 'metadata.answer' a text.");
            answers[id] = [.. each.Select(answer => answer.GetString() ?? "")];
        }

        return answers;
    }

    private static (string Id, string Query) Tabbed(string path, int line, string text) =>
        text.Split('\t') is [{ Length: > 0 } id, var query] ? (id, query) : throw new InputException($"{path} line {line}: is no query. A line is JSON with '_id' and 'text', or an id, a tab and the text.");

    private static (string Id, string Query) Json(string path, int line, string text)
    {
        using JsonDocument document = Parse(path, line, text);
        return Fields(document.RootElement, path, line);
    }

    private static (string Id, string Query) Fields(JsonElement query, string path, int line) => (Field(query, path, line, "_id", "qid"), Field(query, path, line, "text", "query"));

    private static JsonDocument Parse(string path, int line, string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new InputException($"{path} line {line}: is not JSON: {e.Message}", e);
        }
    }

    private static string Field(JsonElement query, string path, int line, string name, string otherName)
    {
        if (!query.TryGetProperty(name, out JsonElement value) && !query.TryGetProperty(otherName, out value)) throw new InputException($"{path} line {line}: the field '{name}' is missing.");
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? "",
            JsonValueKind.Number => value.GetRawText(),
            _ => throw new InputException($"{path} line {line}: the field '{name}' is {value.ValueKind}; it must be a text."),
        };
    }
}
