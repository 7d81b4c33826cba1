"""How `r2synth mine` grows: a BEIR folder's corpus 1, 5 and 20 times with changed words, then its queries 20 times.

    dotnet build -c Release src/Cli && python3 bench/mine.py BEIR_FOLDER
"""
import gzip, json, os, random, subprocess, sys, tempfile, time

def watch(command):
    """Runs a command. Its output, seconds, and highest MB: of its own (RssAnon, every 10 ms), and with the pages of mapped files, which the system may drop."""
    began, own = time.monotonic(), 0
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            try:
                with open(f"/proc/{process.pid}/status") as lines:
                    own = max([own] + [int(line.split()[1]) for line in lines if line.startswith("RssAnon")])
            except ProcessLookupError:
                pass
            time.sleep(0.01)
        seconds = time.monotonic() - began
        if status:
            sys.exit(f"ended with {os.waitstatus_to_exitcode(status)}: {' '.join(command)}")
        out.seek(0)
        return out.read(), seconds, own // 1024, usage.ru_maxrss // 1024

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
print("| passages | queries | groups | rejected | seconds | again | own MB | again | peak MB |\n|---|---|---|---|---|---|---|---|---|")
with tempfile.TemporaryDirectory() as work:
    for passages, asked in ((1, 1), (5, 1), (20, 1), (1, 20)):
        write(f"{work}/corpus.jsonl", copies(corpus, passages))
        write(f"{work}/queries.jsonl", copies(queries, asked))
        with open(f"{work}/qrels.tsv", "w") as out:
            out.writelines(f"{q if k == 0 else f'{q}-{k}'}\t{d}\t{s}\n" for k in range(asked) for q, d, s in qrels)
        # First with nothing kept of the corpus, then with all that the first run kept.
        runs = [watch(["dotnet", "artifacts/bin/R2Synth.Cli/release/r2synth.dll", "mine", "--corpus", f"{work}/corpus.jsonl", "--queries", f"{work}/queries.jsonl", "--qrels", f"{work}/qrels.tsv",
                       "--out", f"{work}/out-{passages}-{asked}-{time_}", "--set", f"Cache:Path={work}/kept-{passages}-{asked}/cache.db", "--quiet", "--json"]) for time_ in (1, 2)]
        result = json.loads(runs[0][0])
        rejected = sum(result["rejects"].values())
        if result["groups"] + rejected != len(queries) * asked:
            sys.exit(f"{len(queries) * asked} queries, {result['groups']} groups and {rejected} rejects")
        print(f"| {len(corpus) * passages:,} | {len(queries) * asked:,} | {result['groups']:,} | {rejected:,} | {runs[0][1]:.1f} | {runs[1][1]:.1f} | {runs[0][2]} | {runs[1][2]} | {runs[0][3]} |", flush=True)
