namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Counted terms of some passages in a row.</summary>
/// <param name="Vocabulary">The terms by their numbers in <see cref="Terms"/>, until the blocks are joined; shared by the blocks of one counter.</param>
/// <param name="First">Position of the first passage.</param>
/// <param name="Ends">For each passage where its terms end.</param>
/// <param name="Lengths">For each passage how many terms it has, repeated ones repeatedly.</param>
/// <param name="Terms">Each passage's distinct terms, by their first place in it.</param>
/// <param name="Counts">How often each of them is in it.</param>
internal sealed record PassageBlock(IReadOnlyList<string> Vocabulary, int First, int[] Ends, int[] Lengths, int[] Terms, float[] Counts);
