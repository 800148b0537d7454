"""Takes the duplicates out of one corpus with twicetold and with rivals from PyPI, from JSON lines to JSON lines, and prints one table.

    cargo build --release --bin twicetold --example corpus
    target/release/examples/corpus --documents 100000 > /tmp/corpus.jsonl
    python3 benches/peers/dedup.py /tmp/corpus.jsonl target/release/twicetold

All work at document level, on shingles of 5 words, 128 permutations (of datatrove its own 14 buckets of 8), threshold 0.7, and are used as their documentation
does it. Each rival has an environment of its own below PEERS_DIR (default /tmp/peers), with the versions that stand here. CPU is user and
system time of the program and all it started, memory the largest resident set of any one of its processes, disk the most
that lay in its folder at once, result included (looked at four times a second). twicetold's row is measured with its default shingles of 3 words, too. duplodocus is on
neither PyPI nor crates.io, so it has no row.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

WORK = Path(os.environ.get("PEERS_DIR", "/tmp/peers"))
LIMIT = int(os.environ.get("LIMIT", "3600"))
RIVALS = {
    "text-dedup": ["text-dedup==0.4.0"],
    "datatrove": ["datatrove[io,processing]==0.10.1", "spacy", "tokenizers", "orjson"],
}


def python(name):
    folder = WORK / name
    own = folder / "bin" / "python"
    if not own.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    if not (folder / "dedup.installed").exists():
        command = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *RIVALS[name]]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError("cannot be installed: " + done.stderr.strip().splitlines()[-1])
        (folder / "dedup.installed").touch()
    return str(own)


def text_dedup(corpus, folder):
    command = [python("text-dedup"), "-m", "text_dedup.minhash", "--path", "json", "--data_files", corpus]
    command += ["--split", "train", "--cache_dir", f"{folder}/cache", "--output", f"{folder}/out", "--column", "text"]
    command += ["--ngram", "5", "--num_perm", "128", "--threshold", "0.7", "--hash_func", "xxh3"]
    return [*command, "--min_length", "1", "--batch_size", "10000"]


def datatrove(corpus, folder):
    """The four steps of its example, in one process each."""
    return [python("datatrove"), __file__, "--datatrove", corpus, str(folder)]


def datatrove_steps(corpus, folder):
    from datatrove.executor.local import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig(n_grams=5)
    source = Path(corpus)

    def reader():
        return JsonlReader(str(source.parent), glob_pattern=source.name)

    steps = [
        ([reader(), MinhashDedupSignature(f"{folder}/signatures", config=config)], 1),
        ([MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)], config.num_buckets),
        ([MinhashDedupCluster(f"{folder}/buckets", f"{folder}/remove", config=config)], 1),
        ([reader(), MinhashDedupFilter(f"{folder}/remove"), JsonlWriter(f"{folder}/out", compression=None)], 1),
    ]
    for number, (pipeline, tasks) in enumerate(steps):
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=min(tasks, 2), logging_dir=f"{folder}/log{number}").run()


def kept(name, folder):
    if name == "text-dedup":
        code = "import datasets, sys; print(len(datasets.load_from_disk(sys.argv[1])))"
        done = subprocess.run([python(name), "-c", code, f"{folder}/out"], check=True, capture_output=True, text=True)
        return int(done.stdout)
    files = [folder / "out.jsonl"] if name.startswith("twicetold") else (folder / "out").rglob("*.jsonl")
    return sum(1 for file in files for line in open(file, "rb"))


def size(folder):
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(at, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return total


def measure(name, command, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    most, over = [0], threading.Event()

    def watch():
        while not over.wait(0.25):
            most[0] = max(most[0], size(folder))

    watcher = threading.Thread(target=watch)
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TMPDIR": str(folder)}
    with open(f"{folder}.log", "wb") as log:
        command = command(folder)
        watcher.start()
        begun = time.monotonic()
        child = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        timer = threading.Timer(LIMIT, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        timer.cancel()
    over.set()
    watcher.join()
    most[0] = max(most[0], size(folder))
    if child.returncode != 0:
        tail = Path(f"{folder}.log").read_text(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"ended with {child.returncode} after {wall:.0f} s: {' '.join(tail)[:200]}")
    n = kept(name, folder)
    shutil.rmtree(folder)
    cpu, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(f"| {name} | {n} | {cpu:.1f} | {wall:.1f} | {memory:.0f} | {most[0] / 1e6:.0f} |", flush=True)


def main():
    corpus, ours = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    own = lambda *more: lambda folder: [ours, "dedup", corpus, "-o", f"{folder}/out.jsonl", "--isolated", *more]
    programs = {
        "twicetold": own(),
        "twicetold, 5 words": own("--shingle", "document=5"),
        "text-dedup": lambda folder: text_dedup(corpus, folder),
        "datatrove": lambda folder: datatrove(corpus, folder),
    }
    print("| | documents kept | CPU s | wall s | MiB | disk MB |\n|---|--:|--:|--:|--:|--:|", flush=True)
    only = sys.argv[3].split(",") if 3 < len(sys.argv) else programs
    for name in only:
        try:
            measure(name, programs[name], WORK / "run" / name.replace(" ", "-").replace(",", ""))
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"| {name} | {error} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--datatrove":
        datatrove_steps(*sys.argv[2:])
    else:
        main()
