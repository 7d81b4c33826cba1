using R2Synth.Inference;

namespace R2Synth.Miners.Ranking;

/// <summary>Why a judge gave no verdict, or what was wrong with its reply: the reasons of <see cref="JudgeVerdict.Fault"/> and the names in <see cref="ReplyCounts"/>.</summary>
/// <remarks>The names of replies are rank_llm's (castorini/rank_llm, response_analysis.py): ok, wrong format, repetition, missing.</remarks>
public static class JudgeFaults
{
    /// <summary>A reply as it was asked for.</summary>
    public const string Ok = "ok";

    /// <summary>A reply in another form. What can be read from it may still be used, see the judge.</summary>
    public const string WrongFormat = "wrong-format";

    /// <summary>A passage is named more than once.</summary>
    public const string Repetition = RerankScore.Repetition;

    /// <summary>A passage is not named.</summary>
    public const string Missing = RerankScore.Missing;

    /// <summary>The model or its server declined.</summary>
    public const string Refused = "refused";

    /// <summary>The weights of the labels do not tell one from another: none is among the tokens that the server lists.</summary>
    public const string NoLabel = "no-label";

    /// <summary>A score that is no finite number.</summary>
    public const string NotANumber = RerankScore.NotANumber;

    /// <summary>Query and passages do not fit the model's context.</summary>
    public const string TooLong = RerankScore.TooLong;

    /// <summary>Servers failed to answer this call while they answered others.</summary>
    public const string CallFailed = "call-failed";

    /// <summary>A reply that used up the room for it.</summary>
    public const string CutOff = "cut-off";

    /// <summary>A reply of white space alone.</summary>
    public const string Empty = "empty";

    /// <summary>The query has no gold answer to compare with.</summary>
    public const string NoGoldAnswer = "no-gold-answer";

    /// <summary>The reason under which an exception is one passage's or one query's fault; null where it ends the run.</summary>
    public static string? Of(Exception fault) => fault switch
    {
        ContextExceededException => TooLong,
        CallFailedException => CallFailed,
        _ => null,
    };
}
