using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace R2Synth.Cli.Settings;

/// <summary>What the type of an option takes.</summary>
internal static class Shape
{
    public static bool IsScalar(Type type) => Plain(type) is { } plain && (plain.IsPrimitive || plain.IsEnum || plain == typeof(string));

    public static bool TakesNull(Type type) => Nullable.GetUnderlyingType(type) is not null || type == typeof(string);

    /// <returns>The type of the entries of a dictionary by name; null for another type.</returns>
    public static Type? DictionaryValue(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? type.GetGenericArguments()[1] : null;

    /// <returns>The type of the entries of a list; null for another type.</returns>
    public static Type? ListElement(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>) ? type.GetGenericArguments()[0] : null;

    public static bool Parses(Type type, string value)
    {
        Type plain = Plain(type);
        if (plain == typeof(string)) return true;
        if (value.Length == 0) return TakesNull(type);
        if (plain == typeof(bool)) return bool.TryParse(value, out _);
        if (plain == typeof(double)) return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        if (plain == typeof(long)) return long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
        if (plain == typeof(int)) return int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
        if (plain.IsEnum) return Enum.TryParse(plain, value, ignoreCase: true, out object? parsed) && Enum.IsDefined(plain, parsed);
        throw new NotSupportedException($"Options of type {plain} are not read; add the type here.");
    }

    /// <summary>What a value may be, in words.</summary>
    public static string Allowed(Type type, PropertyInfo? property)
    {
        Type plain = Plain(type);
        string what = plain == typeof(bool) ? "true or false"
            : plain == typeof(string) ? "a text"
            : plain == typeof(double) ? "a number"
            : plain.IsEnum ? string.Join(", ", Enum.GetNames(plain))
            : "a whole number";
        return property?.GetCustomAttribute<RangeAttribute>() is { } range ? $"{what}, {Range(range)}" : what;
    }

    /// <summary><c>1 to 4096</c>.</summary>
    public static string Range(RangeAttribute range) =>
        string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}");

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
