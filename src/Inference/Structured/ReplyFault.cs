namespace R2Synth.Inference.Structured;

/// <summary>What can be wrong with a model's reply. Counted per prompt and model; the kebab-case form is a reject's reason.</summary>
public enum ReplyFault
{
    /// <summary>No JSON could be found in it.</summary>
    NotJson,

    /// <summary>JSON that does not fit the prompt's schema.</summary>
    WrongSchema,

    /// <summary>It ended because the room for it was used up (finish reason <c>length</c>).</summary>
    CutOff,

    /// <summary>The model or the server declined (finish reason <c>content_filter</c>, or a refusal).</summary>
    Refused,

    /// <summary>Nothing but white space.</summary>
    Empty,
}
