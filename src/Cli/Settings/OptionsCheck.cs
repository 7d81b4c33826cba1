using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline;
using R2Synth.Records;

namespace R2Synth.Cli.Settings;

/// <summary>The annotations of the whole tree of options, entries of dictionaries and lists included, and the rules between values.</summary>
internal static class OptionsCheck
{
    public static IEnumerable<string> Find(R2SynthOptions options, IReadOnlyDictionary<string, SettingsValue> values) =>
        [.. OfObject(options, SettingsFile.Root, values), .. BetweenValues(options.Corpus, values), .. BetweenValues(options.Judges, values), .. BetweenValues(options, values)];

    private static IEnumerable<string> OfObject(object options, string path, IReadOnlyDictionary<string, SettingsValue> values)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            string key = $"{path}:{property.Name}";
            object? value = property.GetValue(options);
            foreach (ValidationAttribute rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (!rule.IsValid(value)) yield return $"{key} {Broken(rule, value)}{SettingOrigin.Of(values, key)}";
            }

            foreach (string finding in Inside(value, key, values)) yield return finding;
        }
    }

    private static IEnumerable<string> Inside(object? value, string key, IReadOnlyDictionary<string, SettingsValue> values)
    {
        if (value is null || Shape.IsScalar(value.GetType())) return [];
        return value switch
        {
            IDictionary entries => entries.Keys.Cast<string>().SelectMany(k => Inside(entries[k], $"{key}:{k}", values)),
            IEnumerable list => list.Cast<object?>().SelectMany((e, i) => Inside(e, $"{key}:{i}", values)),
            _ => OfObject(value, key, values),
        };
    }

    private static string Broken(ValidationAttribute rule, object? value) => rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"is {value}; allowed: {Shape.Range(range)}."),
        RequiredAttribute => "is missing or empty; it has to be set.",
        _ => $"is '{value}': {rule.FormatErrorMessage("it")}",
    };

    private static IEnumerable<string> BetweenValues(CorpusOptions corpus, IReadOnlyDictionary<string, SettingsValue> values)
    {
        if (corpus.OverlapWords >= corpus.MaxWords)
        {
            yield return Below("OverlapWords", corpus.OverlapWords, "below", corpus.MaxWords, values);
        }

        if (corpus.MinWords > corpus.MaxWords)
        {
            yield return Below("MinWords", corpus.MinWords, "at most", corpus.MaxWords, values);
        }
    }

    private static IEnumerable<string> BetweenValues(JudgesOptions judges, IReadOnlyDictionary<string, SettingsValue> values)
    {
        if (judges.ListwiseStep > judges.ListwiseWindow)
        {
            string key = $"{SettingsFile.Root}:Judges:ListwiseStep";
            string windowKey = $"{SettingsFile.Root}:Judges:ListwiseWindow";
            string origin = SettingOrigin.Of(values, values.ContainsKey(key) ? key : windowKey);
            yield return $"{key} is {judges.ListwiseStep}; it has to be at most {windowKey}, which is {judges.ListwiseWindow}: a larger step leaves passages out.{origin}";
        }
    }

    private static IEnumerable<string> BetweenValues(R2SynthOptions options, IReadOnlyDictionary<string, SettingsValue> values)
    {
        if (options.Judges.Weights == JudgeWeighting.ByWorth && options.Mining.Voters is not (VoterChoice.Earned or VoterChoice.None))
        {
            string key = $"{SettingsFile.Root}:Judges:Weights";
            yield return $"{key} is ByWorth, and {SettingsFile.Root}:Mining:Voters is {options.Mining.Voters}, which lets judges vote whatever they are worth. Set one of them to its default, Equal or Earned.{SettingOrigin.Of(values, key)}";
        }
    }

    private static string Below(string name, int value, string relation, int maxWords, IReadOnlyDictionary<string, SettingsValue> values)
    {
        string key = $"{SettingsFile.Root}:Corpus:{name}";
        string maxKey = $"{SettingsFile.Root}:Corpus:MaxWords";
        string origin = values.ContainsKey(key) ? SettingOrigin.Of(values, key) : SettingOrigin.Of(values, maxKey);
        return $"{key} is {value}; it has to be {relation} {maxKey}, which is {maxWords}.{origin}";
    }
}
