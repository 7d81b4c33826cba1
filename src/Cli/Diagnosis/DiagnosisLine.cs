namespace R2Synth.Cli.Diagnosis;

/// <summary>One line of <c>r2synth doctor</c>.</summary>
/// <param name="Level">How it went.</param>
/// <param name="Check">What was looked at.</param>
/// <param name="Message">What was found.</param>
/// <param name="Advice">What to do; empty where nothing is to be done.</param>
internal sealed record DiagnosisLine(DiagnosisLevel Level, string Check, string Message, string Advice = "");
