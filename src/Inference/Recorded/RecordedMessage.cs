namespace R2Synth.Inference.Recorded;

/// <summary>One message of a recorded chat.</summary>
/// <param name="Role">Who said it.</param>
/// <param name="Text">What.</param>
internal sealed record RecordedMessage(string Role, string Text);
