using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>Which judges a recipe asks: Gecko's two from one reading, or one or two others that judge passage by passage.</summary>
internal sealed class RecipeMethods
{
    private const int Most = 2; // a judged passage has two scores

    private RecipeMethods(IReadOnlyList<JudgeDescription> methods)
    {
        Methods = methods;
        FromOneReading = methods.All(method => method.Name is JudgeNames.Likelihood or JudgeNames.YesNo);
    }

    /// <summary>The judges, one or two.</summary>
    public IReadOnlyList<JudgeDescription> Methods { get; }

    /// <summary>Whether query likelihood and yes/no relevance are all that is asked: one reading of a passage gives both.</summary>
    public bool FromOneReading { get; }

    /// <summary>The names of the scores that a passage gets: <c>ql</c> and <c>rc</c> from one reading, else the judges' own.</summary>
    public IReadOnlyList<string> Scores => FromOneReading ? [ScoreNames.Ql, ScoreNames.Rc] : [.. Methods.Select(method => method.Name)];

    /// <summary>Reads <see cref="JudgesOptions.Method"/>; null and <c>gecko</c> are Gecko's two.</summary>
    /// <exception cref="InputException">A judge is unknown, there twice, or cannot judge in a recipe.</exception>
    public static RecipeMethods From(JudgesOptions options)
    {
        string names = options.Method ?? JudgeNames.Gecko;
        IReadOnlyList<JudgeDescription> methods = Judges.Parse(names);
        if (methods is [{ Name: JudgeNames.Gecko }]) methods = [Judges.Get(JudgeNames.Likelihood), Judges.Get(JudgeNames.YesNo)];
        string[] allowed = [.. Judges.All.Where(Allowed).Select(judge => judge.Name)];
        if (methods.FirstOrDefault(method => !Allowed(method)) is { } other)
            throw new InputException($"Judges:Method is '{names}', and '{other.Name}' does not judge in a recipe. There one or two of {string.Join(", ", allowed)} judge passage by passage, or {JudgeNames.Gecko}, which is both of Gecko's. For r2synth mine name it with --judging.");
        if (methods.Count > Most)
            throw new InputException($"Judges:Method is '{names}': a recipe asks at most {Most} judges. r2synth mine asks any number.");
        return new RecipeMethods(methods);
    }

    /// <summary>The judges that count.</summary>
    /// <param name="options">Who decides, and what a vote weighs.</param>
    /// <param name="votes">What <see cref="JudgeCalibration.Measure"/> gave.</param>
    public Voters Voters(R2SynthOptions options, IReadOnlyList<JudgeVote> votes)
    {
        Voters voters = Miners.Ranking.Voters.From(options.Mining.Voters, votes, options.Judges.Weights);
        return voters with { Ql = voters.Ql && Asks(ScoreNames.Ql), Rc = voters.Rc && Asks(ScoreNames.Rc) };
    }

    /// <summary>The measurements of the judges that are asked, and of the retriever, under their own names and with the votes that they really have.</summary>
    public IEnumerable<JudgeVote> Named(Voters voters, IReadOnlyList<JudgeVote> votes, string recipe) => votes
        .Where(vote => vote.Judge == ScoreNames.Rrf || Asks(vote.Judge))
        .Select(vote => voters.Apply(vote) with { Recipe = recipe, Judge = NameOf(vote.Judge) });

    /// <summary>Counts how far the judges agree; nothing where only one is asked.</summary>
    public JudgeAgreements Agreements() => new([.. new[] { ScoreNames.Ql, ScoreNames.Rc }.Where(Asks).Select(score => (NameOf(score), FromOneReading ? null : Methods[Place(score)].Threshold))]);

    /// <summary>What <see cref="Agreements"/> counts of scores.</summary>
    public IReadOnlyList<IReadOnlyList<double?>> ByJudge(IReadOnlyList<JudgeScore> scores) =>
        [.. new[] { ScoreNames.Ql, ScoreNames.Rc }.Where(Asks).Select(name => (IReadOnlyList<double?>)[.. scores.Select(score => name == ScoreNames.Ql ? score.Ql : (double?)score.Rc)])];

    private static bool Allowed(JudgeDescription judge) => judge is { SeesOthers: false, NeedsGold: false } && judge.Needs[0].HasFlag(BackendAbilities.TokenScores);

    private static int Place(string score) => score == ScoreNames.Ql ? 0 : 1;

    private bool Asks(string score) => FromOneReading
        ? Methods.Any(method => method.Name == (score == ScoreNames.Ql ? JudgeNames.Likelihood : JudgeNames.YesNo))
        : Place(score) < Methods.Count;

    private string NameOf(string score) => score == ScoreNames.Rrf ? score : Scores[Place(score)];
}
