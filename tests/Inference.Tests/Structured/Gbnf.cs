using System.Globalization;
using System.Text;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.Structured;

/// <summary>Reads a GBNF grammar by llama.cpp's rules and draws texts from it.</summary>
internal sealed class Gbnf
{
    private readonly Dictionary<string, Node> _rules = new(StringComparer.Ordinal);
    private string _text = "";
    private int _at;

    private abstract record Node;

    private sealed record Literal(string Text) : Node;

    private sealed record Set(bool Negated, IReadOnlyList<(char From, char To)> Ranges) : Node;

    private sealed record Reference(string Name) : Node;

    private sealed record Sequence(IReadOnlyList<Node> Parts) : Node;

    private sealed record Either(IReadOnlyList<Node> Options) : Node;

    private sealed record Repeat(Node Part, int Min, int? Max) : Node;

    public static Gbnf Parse(string grammar)
    {
        Gbnf gbnf = new();
        foreach (string line in grammar.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = line.Split(" ::= ", 2);
            Assert.All(sides[0], c => Assert.True(char.IsAsciiLetterOrDigit(c) || c == '-', line));
            gbnf._text = sides[1];
            gbnf._at = 0;
            gbnf._rules.Add(sides[0], gbnf.ParseEither());
            Assert.True(gbnf._at == gbnf._text.Length, $"not read to its end at {gbnf._at}: {line}");
        }

        Assert.Contains("root", gbnf._rules);
        return gbnf;
    }

    public string Draw(UnitSeed chance)
    {
        StringBuilder text = new();
        Draw(new Reference("root"), text, chance);
        return text.ToString();
    }

    private void Draw(Node node, StringBuilder text, UnitSeed chance)
    {
        switch (node)
        {
            case Literal literal: text.Append(literal.Text); break;
            case Reference reference: Draw(_rules[reference.Name], text, chance); break;
            case Sequence sequence: foreach (Node part in sequence.Parts) Draw(part, text, chance); break;
            case Either either: Draw(either.Options[chance.Next(either.Options.Count)], text, chance); break;
            case Repeat repeat:
                int max = repeat.Max ?? (repeat.Min + 5);
                for (int n = repeat.Min + chance.Next(max - repeat.Min + 1); n > 0; n--) Draw(repeat.Part, text, chance);
                break;
            case Set set:
                if (set.Negated)
                {
                    const string Some = "a \\\"\n\u0000\u007f{}[]:,'é漢/0";
                    string allowed = new([.. Some.Where(c => !set.Ranges.Any(range => c >= range.From && c <= range.To))]);
                    // A character outside the basic plane counts once for a schema and for llama.cpp.
                    int pick = chance.Next(allowed.Length + 1);
                    text.Append(pick == allowed.Length ? "😀" : allowed[pick].ToString());
                }
                else
                {
                    (char from, char to) = set.Ranges[chance.Next(set.Ranges.Count)];
                    text.Append((char)(from + chance.Next(to - from + 1)));
                }

                break;
            default: throw new InvalidOperationException();
        }
    }

    private Either ParseEither()
    {
        List<Node> options = [ParseSequence()];
        while (Skip() && _text[_at] == '|')
        {
            _at++;
            options.Add(ParseSequence());
        }

        return new Either(options);
    }

    private Sequence ParseSequence()
    {
        List<Node> parts = [];
        while (Skip() && _text[_at] is not ('|' or ')')) parts.Add(ParseRepeat());
        Assert.NotEmpty(parts);
        return new Sequence(parts);
    }

    private Node ParseRepeat()
    {
        Node part = ParseOne();
        if (_at >= _text.Length) return part;
        switch (_text[_at])
        {
            case '?': _at++; return new Repeat(part, 0, 1);
            case '*': _at++; return new Repeat(part, 0, null);
            case '+': _at++; return new Repeat(part, 1, null);
            case '{':
                int end = _text.IndexOf('}', _at);
                string[] bounds = _text[(_at + 1)..end].Split(',');
                _at = end + 1;
                int min = int.Parse(bounds[0], CultureInfo.InvariantCulture);
                int? max = bounds.Length == 1 ? min : bounds[1].Length == 0 ? null : int.Parse(bounds[1], CultureInfo.InvariantCulture);
                Assert.True((max ?? min) < 2000 && (max ?? min) >= min, "llama.cpp refuses this repetition");
                return new Repeat(part, min, max);
            default: return part;
        }
    }

    private Node ParseOne()
    {
        switch (_text[_at])
        {
            case '(':
                _at++;
                Either inner = ParseEither();
                Assert.Equal(')', _text[_at++]);
                return inner;
            case '"':
                StringBuilder literal = new();
                for (_at++; _text[_at] != '"';) literal.Append(ParseChar());
                _at++;
                return new Literal(literal.ToString());
            case '[':
                _at++;
                bool negated = _text[_at] == '^';
                if (negated) _at++;
                List<(char From, char To)> ranges = [];
                while (_text[_at] != ']')
                {
                    char from = ParseChar(), to = from;
                    if (_text[_at] == '-' && _text[_at + 1] != ']')
                    {
                        _at++;
                        to = ParseChar();
                    }

                    ranges.Add((from, to));
                }

                _at++;
                return new Set(negated, ranges);
            default:
                int start = _at;
                while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '-')) _at++;
                Assert.True(_at > start, $"a rule's name is expected at {_at}: {_text}");
                return new Reference(_text[start.._at]);
        }
    }

    private char ParseChar()
    {
        char c = _text[_at++];
        if (c != '\\') return c;
        char escaped = _text[_at++];
        if (escaped == 'x')
        {
            _at += 2;
            return (char)int.Parse(_text.AsSpan(_at - 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        Assert.Contains(escaped, "\"\\[]ntr");
        return escaped switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => escaped };
    }

    private bool Skip()
    {
        while (_at < _text.Length && _text[_at] == ' ') _at++;
        return _at < _text.Length;
    }
}
