"""How `r2synth mine` grows: a BEIR folder's corpus 1, 5 and 20 times with changed words, then its queries 20 times.

    dotnet build -c Release src/Cli && python3 bench/mine.py BEIR_FOLDER
"""
import gzip, json, os, random, subprocess, sys, tempfile, time

def lines(path):
    opened = gzip.open(path + ".gz", "rt") if not os.path.exists(path) else open(path)
    return [json.loads(line) for line in opened]

def changed(text, copy):
    chance = random.Random(f"{copy}:{text}")
    return " ".join(w if len(w) < 4 or chance.random() > 0.35 else w[:2] + "".join(chance.choice("aeioustrnlm") for _ in w[2:]) for w in text.split())

def copies(records, count):
    return [r if k == 0 else {**r, "_id": f"{r['_id']}-{k}", "text": changed(r["text"], k)} for k in range(count) for r in records]

def write(path, records):
    with open(path, "w") as out:
        out.writelines(json.dumps(r) + "\n" for r in records)

folder = sys.argv[1]
corpus, queries = lines(f"{folder}/corpus.jsonl"), lines(f"{folder}/queries.jsonl")
qrels = [line.split("\t") for line in open(f"{folder}/qrels/test.tsv").read().split("\n")[1:] if line]
print("| passages | queries | groups | seconds | peak MB |\n|---|---|---|---|---|")
with tempfile.TemporaryDirectory() as work:
    for passages, asked in ((1, 1), (5, 1), (20, 1), (1, 20)):
        write(f"{work}/corpus.jsonl", copies(corpus, passages))
        write(f"{work}/queries.jsonl", copies(queries, asked))
        with open(f"{work}/qrels.tsv", "w") as out:
            out.writelines(f"{q if k == 0 else f'{q}-{k}'}\t{d}\t{s}\n" for k in range(asked) for q, d, s in qrels)
        command = ["dotnet", "artifacts/bin/R2Synth.Cli/release/r2synth.dll", "mine", "--corpus", f"{work}/corpus.jsonl", "--queries", f"{work}/queries.jsonl", "--qrels", f"{work}/qrels.tsv",
                   "--out", f"{work}/out-{passages}-{asked}", "--set", f"Cache:Path={work}/cache.db", "--quiet", "--json"]
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        result = json.loads(process.stdout.read())
        _, _, usage = os.wait4(process.pid, 0)
        print(f"| {len(corpus) * passages:,} | {len(queries) * asked:,} | {result['groups']:,} | {time.monotonic() - began:.1f} | {usage.ru_maxrss // 1024} |", flush=True)
