namespace R2Synth.Miners.Retrieval;

/// <summary>The retrievers that have a name.</summary>
public enum RetrieverKind
{
    /// <summary><c>bm25</c>: BM25 over title and text.</summary>
    Bm25,

    /// <summary><c>tfidf</c>: TF-IDF over title and text.</summary>
    Tfidf,

    /// <summary><c>dense</c> or <c>dense:BACKEND</c>: exact search over embeddings; without a backend the settings' Embedder.</summary>
    Dense,

    /// <summary><c>static</c>: <c>dense</c> over the backend of that name, a table of token vectors, weighed by idf over the corpus (<c>dense:static</c> does not weigh).</summary>
    Static,

    /// <summary><c>late</c> or <c>late:BACKEND</c>: late interaction over token embeddings; without a backend the settings' Embedder.</summary>
    Late,

    /// <summary><c>promptreps</c> or <c>promptreps:BACKEND</c>: PromptReps' hybrid; without a backend the settings' Judge.</summary>
    PromptReps,

    /// <summary><c>impacts:PATH</c>: term impacts that another tool made (SPLADE, uniCOIL, DeepImpact).</summary>
    Impacts,

    /// <summary><c>run:FILE</c>: a TREC run that another tool made.</summary>
    Run,
}
