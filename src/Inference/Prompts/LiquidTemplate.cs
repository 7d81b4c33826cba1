using System.Globalization;
using Fluid;
using Fluid.Ast;

namespace R2Synth.Inference.Prompts;

/// <summary>One parsed Liquid template. Values are data: they are never parsed, and nothing is encoded. Thread-safe.</summary>
internal sealed class LiquidTemplate
{
    private static readonly FluidParser Parser = new();

    private static readonly TemplateOptions Options = new()
    {
        CultureInfo = CultureInfo.InvariantCulture,
        // The templates are ours and the values are what we pass: members of a record may be read, by any spelling of their case.
        MemberAccessStrategy = new UnsafeMemberAccessStrategy { IgnoreCasing = true },
    };

    private readonly IReadOnlyList<IFluidTemplate> _parts;

    // Worked examples and system messages: what no slot changes is rendered once.
    private string? _constant;

    private LiquidTemplate(IReadOnlyList<IFluidTemplate> parts, IReadOnlySet<string> slots)
    {
        _parts = parts;
        Slots = slots;
    }

    /// <summary>The slots that it uses.</summary>
    public IReadOnlySet<string> Slots { get; }

    /// <summary>Parses a template.</summary>
    /// <exception cref="FormatException">It is not Liquid, or names an unknown filter.</exception>
    public static LiquidTemplate Parse(string source)
    {
        if (!Parser.TryParse(source, out IFluidTemplate? template, out string? error)) throw new FormatException(error);
        NameVisitor names = new();
        names.VisitTemplate(template);
        string? unknown = names.Filters.FirstOrDefault(filter => !Options.Filters.TryGetValue(filter, out _));
        if (unknown is not null) throw new FormatException($"unknown filter '{unknown}'");
        return new LiquidTemplate([template], names.Used.Except(names.Local).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Two templates rendered one after the other.</summary>
    public static LiquidTemplate Join(LiquidTemplate first, LiquidTemplate second) =>
        new([.. first._parts, .. second._parts], first.Slots.Union(second.Slots).ToHashSet(StringComparer.Ordinal));

    /// <summary>Renders it with the values of its slots; others are ignored.</summary>
    public string Render(IReadOnlyDictionary<string, object?> slots)
    {
        if (Slots.Count == 0) return _constant ??= Text(new TemplateContext(Options));
        TemplateContext context = new(Options);
        foreach (string slot in Slots)
        {
            if (slots.TryGetValue(slot, out object? value)) context.SetValue(slot, value);
        }

        return Text(context);
    }

    private string Text(TemplateContext context) =>
        _parts.Count == 1 ? _parts[0].Render(context, NullEncoder.Default) : string.Concat(_parts.Select(part => part.Render(context, NullEncoder.Default)));

    private sealed class NameVisitor : AstVisitor
    {
        public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Local { get; } = new(["forloop", "blank", "empty"], StringComparer.Ordinal);

        public HashSet<string> Filters { get; } = new(StringComparer.Ordinal);

        protected override Expression VisitMemberExpression(MemberExpression memberExpression)
        {
            if (memberExpression.Segments is [IdentifierSegment first, ..]) Used.Add(first.Identifier);
            return base.VisitMemberExpression(memberExpression);
        }

        protected override Expression VisitFilterExpression(FilterExpression filterExpression)
        {
            Filters.Add(filterExpression.Name);
            return base.VisitFilterExpression(filterExpression);
        }

        protected override Statement VisitForStatement(ForStatement forStatement)
        {
            Local.Add(forStatement.Identifier);
            return base.VisitForStatement(forStatement);
        }

        protected override Statement VisitAssignStatement(AssignStatement assignStatement)
        {
            Local.Add(assignStatement.Identifier);
            return base.VisitAssignStatement(assignStatement);
        }

        protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
        {
            Local.Add(captureStatement.Identifier);
            return base.VisitCaptureStatement(captureStatement);
        }
    }
}
