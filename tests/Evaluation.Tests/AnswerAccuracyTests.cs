using R2Synth.Records;

namespace R2Synth.Evaluation.Tests;

public sealed class AnswerAccuracyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_passage_that_holds_an_answer_counts()
    {
        Passage[] passages =
        [
            new() { Docid = "d1", Text = "They surrendered 3080 points." }, new() { Docid = "d2", Text = "In all 308 points; the U.S. Army (R) won." },
            new() { Docid = "d3", Title = "Café Müller", Text = "A piece of 1978." },
        ];
        TrecRun run = new([("q1", "d1", 3), ("q1", "d3", 2), ("q1", "d2", 1), ("q2", "d3", 1), ("q3", "d2", 1), ("q4", "gone", 1)]);
        Dictionary<string, IReadOnlyList<string>> answers = new(StringComparer.Ordinal)
        {
            ["q1"] = ["308"],
            ["q2"] = ["nothing", "CAFÉ müller"],
            ["q3"] = ["U.S. army"],
            ["q4"] = ["308"],
            ["q5"] = ["308"],
            ["q6"] = [" "],
            ["q7"] = [],
        };
        EvaluationResult result = AnswerAccuracy.Evaluate(run, answers, passages);

        Assert.Equal(["answer@1", "answer@5", "answer@20", "answer@100"], AnswerAccuracy.MetricNames);
        Assert.Equal(["q1", "q2", "q3", "q4", "q5"], result.Queries); // the others have no answer to look for
        Assert.Equal([0, 1, 1, 0, 0], result.PerQuery["answer@1"]);
        Assert.Equal([1, 1, 1, 0, 0], result.PerQuery["answer@5"]);
    }

    [Fact]
    public async Task Answers_are_read_from_the_queries_metadata()
    {
        string path = Path.Combine(_folder.Path, "queries.jsonl");
        await File.WriteAllTextAsync(path, """
            {"_id": "1", "text": "a", "metadata": {"answers": ["x", "y"]}}
            {"_id": "2", "text": "b", "metadata": {"answer": "z", "level": "hard"}}
            {"_id": "3", "text": "c"}
            {"_id": "4", "text": "d", "metadata": {}}
            """);
        IReadOnlyDictionary<string, IReadOnlyList<string>> answers = await QueryFile.ReadAnswersAsync(path);
        Assert.Equal(["1", "2"], answers.Keys);
        Assert.Equal(["x", "y"], answers["1"]);
        Assert.Equal(["z"], answers["2"]);
        await File.WriteAllTextAsync(path, "{\"_id\": \"1\", \"text\": \"a\", \"metadata\": {\"answers\": [7]}}");
        Assert.Contains("line 1: an answer of the query '1' is Number", (await Assert.ThrowsAsync<InputException>(() => QueryFile.ReadAnswersAsync(path))).Message, StringComparison.Ordinal);
    }
}
