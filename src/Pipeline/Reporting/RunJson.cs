using System.Text.Encodings.Web;
using System.Text.Json;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Pipeline.Reporting;

/// <summary><c>run.json</c>: what a run was and made, for programs. Keys stand in a fixed order; no time, no host, no value of an environment variable.</summary>
internal static class RunJson
{
    /// <summary>Raised when a key changes its meaning.</summary>
    private const int Format = 1;

    // Indented by two, lines end in LF on every system, text readable: the file is not put into a page.
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static Task WriteAsync(string path, RunReportData run) => WholeFile.WriteAsync(path, async stream =>
    {
        await using (Utf8JsonWriter json = new(stream, Layout))
        {
            Write(json, run);
        }

        await stream.WriteAsync("\n"u8.ToArray());
    });

    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, RunReportData run)
    {
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("r2synth", run.Version);
        json.WriteString("name", run.Name);
        json.WriteString("command", run.Command);
        json.WriteNumber("seed", run.Seed);
        WriteTexts(json, "languages", run.Languages);
        json.WriteStartObject("settings");
        foreach ((string key, string value) in run.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        WriteEach(json, "models", run.Models, WriteModel);
        WriteEach(json, "inputs", run.Inputs, WriteInput);
        json.WriteStartObject("groups");
        json.WriteNumber("train", run.TrainGroups);
        json.WriteNumber("dev", run.DevGroups);
        json.WriteEndObject();
        WriteEach(json, "recipes", run.Recipes, WriteRecipe);
        WriteEach(json, "judges", run.Judges, WriteJudge);
        if (run.Agreements.Count > 0) WriteEach(json, "agreements", run.Agreements, WriteAgreement);
        foreach (CountTable table in run.CountTables)
        {
            json.WriteStartObject(table.Key);
            foreach ((string name, double number) in table.Rows) WriteFinite(json, name, number);
            json.WriteEndObject();
        }

        WriteEach(json, "distributions", run.Distributions, WriteDistribution);
        WriteTexts(json, "files", run.Files);
        if (run.Calls is CallReport calls)
        {
            json.WriteStartObject("calls");
            json.WriteNumber("made", calls.Calls);
            json.WriteNumber("cached", calls.CacheHits);
            json.WriteNumber("tokens_read", calls.TokensRead);
            json.WriteNumber("tokens_written", calls.TokensWritten);
            json.WriteNumber("cost", calls.Cost);
            json.WriteEndObject();
            if (calls.Money is { } money)
            {
                json.WriteStartObject("money");
                json.WriteNumber("spent", money.Spent);
                if (money.Budget is decimal budget) json.WriteNumber("budget", budget);
                else json.WriteNull("budget");
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, ModelReport model)
    {
        json.WriteString("role", model.Role);
        json.WriteString("name", model.Name);
        json.WriteString("identity", model.Identity);
        json.WriteBoolean("weak", model.Weak);
        if (model.Prices.Count > 0)
        {
            WriteEach(json, "prices", model.Prices, (_, price) =>
            {
                json.WriteNumber("in", price.In);
                json.WriteNumber("cached_in", price.CachedIn);
                json.WriteNumber("out", price.Out);
            });
        }
    }

    private static void WriteInput(Utf8JsonWriter json, InputReport input)
    {
        json.WriteString("role", input.Role);
        json.WriteString("path", input.Path);
        json.WriteString("hash", input.Hash);
        if (input.Count is long count)
        {
            json.WriteNumber("count", count);
        }
    }

    private static void WriteRecipe(Utf8JsonWriter json, RecipeReport recipe)
    {
        json.WriteString("name", recipe.Recipe.Name);
        json.WriteString("paper", recipe.Recipe.Paper);
        json.WriteNumber("groups", recipe.Groups);
        json.WriteNumber("relabelled", recipe.Relabelled);
        WriteEach(json, "stages", recipe.Stages, (_, stage) =>
        {
            json.WriteString("name", stage.Name);
            json.WriteNumber("in", stage.In);
            json.WriteNumber("out", stage.Out);
            json.WriteNumber("rejected", stage.Rejected);
        });
        json.WriteStartObject("rejects");
        foreach ((string reason, int count) in recipe.Rejects)
        {
            json.WriteNumber(reason, count);
        }

        json.WriteEndObject();
    }

    private static void WriteJudge(Utf8JsonWriter json, JudgeVote judge)
    {
        json.WriteString("recipe", judge.Recipe);
        json.WriteString("judge", judge.Judge);
        WriteFinite(json, "auc_retrieved", judge.AucRetrieved);
        WriteFinite(json, "auc_retrieved_low", judge.AucRetrievedLow);
        WriteFinite(json, "auc_retrieved_high", judge.AucRetrievedHigh);
        if (judge.Quality is { } quality)
        {
            if (quality.Brier is { } brier) json.WriteNumber("brier", brier.Mean);
            if (quality.LengthBias is { } bias) json.WriteNumber("length_bias", bias.Mean);
            json.WriteNumber("verdicts", quality.Verdicts);
            json.WriteStartObject("failed");
            foreach ((string reason, int count) in quality.Failed) json.WriteNumber(reason, count);
            json.WriteEndObject();
            json.WriteNumber("queries", judge.Queries);
            json.WriteBoolean("votes", judge.Votes);
            json.WriteString("excluded", judge.Excluded);
            return;
        }

        WriteFinite(json, "auc_random", judge.AucRandom);
        WriteFinite(json, "auc_random_low", judge.AucRandomLow);
        WriteFinite(json, "auc_random_high", judge.AucRandomHigh);
        json.WriteNumber("queries", judge.Queries);
        json.WriteBoolean("votes", judge.Votes);
    }

    private static void WriteAgreement(Utf8JsonWriter json, JudgeAgreement agreement)
    {
        json.WriteString("recipe", agreement.Recipe);
        json.WriteString("first", agreement.First);
        json.WriteString("second", agreement.Second);
        json.WriteString("on", agreement.OnBest ? "best" : "relevant");
        if (agreement.Kappa is double kappa) json.WriteNumber("kappa", kappa);
        else json.WriteNull("kappa");
        json.WriteNumber("passages", agreement.Passages);
        json.WriteNumber("both", agreement.Both);
        json.WriteNumber("only_first", agreement.OnlyFirst);
        json.WriteNumber("only_second", agreement.OnlySecond);
        json.WriteNumber("neither", agreement.Neither);
    }

    private static void WriteDistribution(Utf8JsonWriter json, Distribution distribution)
    {
        json.WriteString("name", distribution.Name);
        if (distribution.Unit.Length > 0)
        {
            json.WriteString("unit", distribution.Unit);
        }

        if (distribution.Mean is double mean && distribution.Median is double median)
        {
            WriteFinite(json, "mean", mean);
            WriteFinite(json, "median", median);
        }

        json.WriteStartObject("bins");
        foreach (DistributionBin bin in distribution.Bins)
        {
            json.WriteNumber(bin.Label, bin.Count);
        }

        json.WriteEndObject();
    }

    // JSON has no word for what was measured on nothing.
    private static void WriteFinite(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteEach<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> records, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T record in records)
        {
            json.WriteStartObject();
            write(json, record);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
