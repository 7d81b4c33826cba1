using System.Reflection;
using R2Synth.Cli.Settings;
using R2Synth.Pipeline;

namespace R2Synth.Cli.Tests.Settings;

public sealed class ShapeTests
{
    /// <summary>A room may add an option of a type that <see cref="Shape"/> does not read yet: then this fails, and not a user's run.</summary>
    [Fact]
    public void Every_option_has_a_type_that_is_read()
    {
        string[] unread = [.. Unread(typeof(R2SynthOptions), "R2Synth").Distinct(StringComparer.Ordinal)];

        Assert.True(unread.Length == 0, string.Join('\n', unread));
    }

    private static IEnumerable<string> Unread(Type type, string path)
    {
        foreach (PropertyInfo property in type.GetProperties())
        {
            string key = $"{path}:{property.Name}";
            foreach (string unread in OfValue(property.PropertyType, key)) yield return unread;
            bool bound = property.SetMethod is { IsPublic: true } || Shape.DictionaryValue(property.PropertyType) is not null || Shape.ListElement(property.PropertyType) is not null;
            if (!bound) yield return $"{key} has no setter, so the binder passes it by.";
        }
    }

    private static IEnumerable<string> OfValue(Type type, string key)
    {
        if (Shape.IsScalar(type))
        {
            string? fault = null;
            try
            {
                Shape.Parses(type, "1");
            }
            catch (NotSupportedException e)
            {
                fault = e.Message;
            }

            return fault is null ? [] : [$"{key}: {fault}"];
        }

        if ((Shape.DictionaryValue(type) ?? Shape.ListElement(type)) is { } entry) return OfValue(entry, key + ":*");
        return type.Namespace?.StartsWith("R2Synth", StringComparison.Ordinal) == true ? Unread(type, key) : [$"{key} is a {type}, which is not read."];
    }
}
