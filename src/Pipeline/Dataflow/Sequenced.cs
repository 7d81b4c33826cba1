namespace R2Synth.Pipeline.Dataflow;

/// <summary>A unit with its place in the stream, from 0 without gaps.</summary>
internal readonly record struct Sequenced<T>(long Ordinal, T Value);
