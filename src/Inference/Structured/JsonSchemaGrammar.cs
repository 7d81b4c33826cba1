using System.Text.Json;

namespace R2Synth.Inference.Structured;

internal static class JsonSchemaGrammar
{
    public static string FromSchema(JsonElement schema) => throw new NotImplementedException(schema.GetRawText());
}
