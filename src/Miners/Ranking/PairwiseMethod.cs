namespace R2Synth.Miners.Ranking;

/// <summary>Which pairs a pairwise judge compares.</summary>
public enum PairwiseMethod
{
    /// <summary>Every pair: the score is the number of wins, where two orders that disagree are half a win each.</summary>
    AllPair,

    /// <summary>Neighbours, from the back to the front, as often as passages are to come up: the score is the reversed place.</summary>
    Sliding,
}
