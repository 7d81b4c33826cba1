using System.Globalization;
using R2Synth.Miners.Ranking;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace R2Synth.Cli.Output;

/// <summary>The one look of all tables: quiet lines, texts taken as they are (never as markup).</summary>
internal static class Tables
{
    /// <summary>A table by its column names; one that begins with '&gt;' is aligned to the right.</summary>
    public static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
        foreach (string column in columns)
        {
            bool right = column.StartsWith('>');
            table.AddColumn(new TableColumn(new Text(right ? column[1..] : column, new Style(decoration: Decoration.Bold)))
            {
                Alignment = right ? Justify.Right : Justify.Left,
            });
        }

        return table;
    }

    /// <summary>How far judges agree.</summary>
    public static Table Of(IReadOnlyList<JudgeAgreement> agreements)
    {
        Table table = Create("agreement", ">kappa", ">passages", "on");
        foreach (JudgeAgreement agreement in agreements)
        {
            table.Row(
                agreement.Name,
                agreement.Kappa?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-",
                Figures.Count(agreement.Passages),
                agreement.OnBest ? "the best passage" : "what is relevant");
        }

        return table;
    }

    /// <summary>Adds a row of texts.</summary>
    public static void Row(this Table table, params ReadOnlySpan<string> cells)
    {
        var texts = new IRenderable[cells.Length];
        for (int i = 0; i < cells.Length; i++) texts[i] = new Text(cells[i]);
        table.AddRow(texts);
    }
}
