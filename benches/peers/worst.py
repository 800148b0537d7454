"""What the worst texts cost, beside distinct text of the same size and shape.

    benches/peers/worst.py [--only NAME,…] [--scale 1.0] [--rounds 1] [--limit 600] [-- FLAGS OF SCAN]

Generates each corpus of `hot.py`, scans it at all four levels, does the same with invented text that repeats nothing
(`examples/corpus.rs`, no article derived), and prints time and memory of both as ratios. A case of two sizes gets the exponent of time
between them too: 1 is linear. Corpora are removed again. Wants a release build of the binary and of the example `corpus`.
"""

import argparse
import math
import os
import random
import signal
import statistics
import subprocess
from pathlib import Path

import hot
from measure import run

ROOT = Path(__file__).resolve().parents[2]
# name, corpus, sizes
CASES = [
    ("the same paragraph as so many documents", "same_paragraphs", (100_000, 1_000_000)),
    ("one document of so many times one paragraph", "one_repeating", (4_000, 40_000)),
    ("the same paragraph in so many articles", "same_in_articles", (20_000, 200_000)),
    ("so many documents, three words of one paragraph changed", "near_paragraphs", (10_000, 100_000)),
    ("one document of so many such paragraphs", "near_in_one", (1_000, 10_000)),
    ("so many articles of boilerplate only", "boilerplate", (10_000, 100_000)),
    ("the same article so many times", "same_documents", (10_000, 100_000)),
    ("two documents of so many bytes over two words", "two_words", (500_000, 5_000_000)),
    ("one word over and over, so many bytes", "one_letter", (500_000, 5_000_000)),
    ("two documents of so many bytes by Zipf's law, no sentences", "zipf_twice", (500_000, 5_000_000)),
]


class Bench:
    def __init__(self, options):
        self.options = options
        self.release = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
        self.work = Path(os.environ.get("PEERS_DIR", "/tmp/peers"))
        self.work.mkdir(parents=True, exist_ok=True)

    def scan(self, corpus):
        """Median CPU seconds and megabytes; none when it takes too long."""
        flags = self.options.flags
        command = ["timeout", str(self.options.limit), self.release / "twicetold", "scan", corpus, *flags]
        log = self.work / "worst.log"
        runs = []
        for _ in range(self.options.rounds):
            log.unlink(missing_ok=True)
            try:
                cpu, _, memory = run(command, self.work / "worst.out")
            except RuntimeError as error:
                print(f"{corpus}: {error}", flush=True)
                return None
            runs.append((cpu, memory))
        cpu, memory = (statistics.median(values) for values in zip(*runs))
        said = log.read_text(errors="replace")
        return cpu, memory, said

    def distinct(self, size, documents):
        """Text that repeats nothing, of so many bytes in about so many documents."""
        path = self.work / "worst-distinct.jsonl"
        words = max(round(size / documents / 7.0), 8)
        command = [self.release / "examples/corpus", "--documents", "100000000", "--derived", "0", "--words-per-document", str(words)]
        if documents < 10:
            command[2] = str(documents)
        with open(path, "wb") as out, subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            left = size
            for line in child.stdout:
                out.write(line)
                left -= len(line)
                if left <= 0:
                    break
            child.send_signal(signal.SIGTERM)
        return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="names of corpora, parted by commas")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=int, default=600, help="seconds a scan may take")
    parser.add_argument("--keep", action="store_true", help="leave the corpora and the last report there")
    parser.add_argument("flags", nargs="*", default=["-f", "pairs"])
    options = parser.parse_args()
    bench = Bench(options)
    print("twicetold scan", *options.flags, "\n")
    print("| case | size | MB | CPU s | distinct | ratio | memory MB | distinct | ratio | exponent |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    only = [name for name in options.only.split(",") if name]
    for title, name, sizes in CASES:
        if only and name not in only:
            continue
        before = None
        for size in sizes:
            size = max(int(size * options.scale), 1)
            path = bench.work / f"worst-{name}.jsonl"
            with open(path, "w", encoding="utf-8") as out:
                documents = hot.write(getattr(hot, name), random.Random(1), size, out)
            mb = path.stat().st_size / 1e6
            distinct = bench.distinct(path.stat().st_size, documents)
            ours, theirs = bench.scan(path), bench.scan(distinct)
            cells = [title, f"{size:,}", f"{mb:.0f}"]
            if ours and theirs:
                cells += [f"{ours[0]:.2f}", f"{theirs[0]:.2f}", f"{ours[0] / theirs[0]:.2f}"]
                cells += [f"{ours[1]:.0f}", f"{theirs[1]:.0f}", f"{ours[1] / theirs[1]:.2f}"]
                cells.append(f"{math.log(ours[0] / before[1]) / math.log(size / before[0]):.2f}" if before else "–")
                before = size, ours[0]
            print("|", " | ".join(cells), "|", flush=True)
            if not options.keep:
                path.unlink()
                distinct.unlink()


if __name__ == "__main__":
    main()
