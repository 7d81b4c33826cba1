using System.Globalization;
using System.Text;
using System.Text.Json;
using Json.Schema;

namespace R2Synth.Inference.Structured;

/// <summary>Finds the JSON in a reply and holds it against a schema. Any text gives a result or a fault, never an exception.</summary>
internal static class ReplyParser
{
    /// <summary>Places where JSON may begin that are tried before giving up: a reply full of brackets costs a bounded time.</summary>
    private const int MostBeginnings = 16;

    /// <summary>Errors shown to the model; the first ones tell enough.</summary>
    private const int MostErrors = 5;

    /// <summary>The JSON of a reply, or the fault in it and its description.</summary>
    public static (JsonElement? Json, ReplyFault? Fault, string Detail) Parse(string text, JsonSchema schema)
    {
        if (string.IsNullOrWhiteSpace(text)) return (null, ReplyFault.Empty, "The reply is empty.");
        string? parseError = null, schemaError = null;
        foreach (string candidate in Candidates(text))
        {
            if (!TryRead(candidate, out JsonElement json, out string error))
            {
                parseError ??= error;
                continue;
            }

            string? misfit = Misfit(json, schema);
            if (misfit is null) return (json, null, "");
            schemaError ??= misfit;
        }

        return schemaError is not null
            ? (null, ReplyFault.WrongSchema, schemaError)
            : (null, ReplyFault.NotJson, parseError ?? "The reply holds no JSON.");
    }

    /// <summary>The whole text, then what stands between an opening bracket and its counterpart: a code fence or a sentence before and after fall away.</summary>
    private static IEnumerable<string> Candidates(string text)
    {
        string trimmed = text.Trim();
        yield return trimmed;
        int tried = 0;
        for (int start = trimmed.IndexOfAny(['{', '[']); start >= 0 && tried < MostBeginnings; tried++)
        {
            int end = MatchingEnd(trimmed, start);
            if (end >= 0 && end - start + 1 < trimmed.Length) yield return trimmed[start..(end + 1)];
            int next = end < 0 ? start + 1 : end + 1;
            start = next < trimmed.Length ? trimmed.IndexOfAny(['{', '['], next) : -1;
        }
    }

    private static int MatchingEnd(string text, int start)
    {
        int depth = 0;
        bool inString = false;
        for (int i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when inString: i++; break;
                case '"': inString = !inString; break;
                case '{' or '[' when !inString: depth++; break;
                case '}' or ']' when !inString && --depth == 0: return i;
                default: break;
            }
        }

        return -1;
    }

    private static bool TryRead(string text, out JsonElement json, out string error)
    {
        if (TryReadAsIs(text, out json, out error)) return true;
        string mended = Mend(text);
        return mended != text && TryReadAsIs(mended, out json, out _);
    }

    private static bool TryReadAsIs(string text, out JsonElement json, out string error)
    {
        json = default;
        error = "";
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            json = document.RootElement.Clone();
            if (IsText(json)) return true;
            error = "A string holds half a surrogate pair.";
            return false;
        }
        catch (JsonException fault)
        {
            error = fault.Message;
            return false;
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair in the reply itself: it has no UTF-8.
            error = "The reply holds half a surrogate pair.";
            return false;
        }
    }

    /// <summary>Whether every string can be read: JSON lets <c>"\ud800"</c> pass, text does not.</summary>
    private static bool IsText(JsonElement json)
    {
        try
        {
            return json.ValueKind switch
            {
                JsonValueKind.String => json.GetString() is not null,
                JsonValueKind.Array => json.EnumerateArray().All(IsText),
                JsonValueKind.Object => json.EnumerateObject().All(property => property.Name is not null && IsText(property.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Doubles lone backslashes (LaTeX, paths) and escapes raw control characters inside strings. ReasonIR doubles them too (facebookresearch/ReasonIR, synthetic_data_generation).</summary>
    private static string Mend(string text)
    {
        StringBuilder mended = new(text.Length + 16);
        bool inString = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"')
            {
                inString = !inString;
                mended.Append(c);
            }
            else if (inString && c == '\\')
            {
                if (!IsEscape(text, i))
                {
                    mended.Append("\\\\");
                    continue;
                }

                mended.Append(c).Append(text[++i]);
            }
            else if (inString && c < ' ')
            {
                mended.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                mended.Append(c);
            }
        }

        return mended.ToString();
    }

    private static bool IsEscape(string text, int backslash)
    {
        if (backslash + 1 >= text.Length) return false;
        if (text[backslash + 1] != 'u') return "\"\\/bfnrt".Contains(text[backslash + 1], StringComparison.Ordinal);
        return backslash + 5 < text.Length && text[(backslash + 2)..(backslash + 6)].All(char.IsAsciiHexDigit);
    }

    /// <summary>What does not fit, places first; null when all does.</summary>
    private static string? Misfit(JsonElement json, JsonSchema schema)
    {
        EvaluationResults results;
        try
        {
            // Most replies fit: where and why not is asked for only where one does not.
            if (schema.Evaluate(json, new EvaluationOptions { OutputFormat = OutputFormat.Flag, Culture = CultureInfo.InvariantCulture }).IsValid) return null;
            results = schema.Evaluate(json, new EvaluationOptions { OutputFormat = OutputFormat.List, Culture = CultureInfo.InvariantCulture });
        }
        catch (Exception fault) when (fault is FormatException or OverflowException or InvalidOperationException or ArgumentException)
        {
            // A number beyond what the validator can hold: whatever it is, no schema of ours asks for it.
            return $"A value cannot be checked: {fault.Message}";
        }

        IEnumerable<string> errors = (results.Details ?? [])
            .Where(detail => detail.Errors is { Count: > 0 })
            .SelectMany(detail => detail.Errors!.Values.Select(error => $"{(detail.InstanceLocation.ToString() is { Length: > 0 } at ? at : "/")}: {error}")) // not null: filtered above
            .Distinct(StringComparer.Ordinal)
            .Take(MostErrors);
        string joined = string.Join("; ", errors);
        return joined.Length > 0 ? joined : "The reply does not fit the schema.";
    }
}
