namespace R2Synth.Miners.Retrieval;

/// <summary>Where a corpus's vectors are kept on disk, and what they are vectors of. A file with another key, or a damaged one, is made anew; it can be deleted at any time.</summary>
/// <param name="Path">The file.</param>
/// <param name="Key">Content hash of the embedder's identity and the passages: 64 hexadecimal digits.</param>
public sealed record VectorPlace(string Path, string Key);
