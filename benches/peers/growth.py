"""How our time and memory grow with the corpus.

    benches/peers/growth.py [--documents 10000,100000,1000000] [--rounds 3] [-- FLAGS OF SCAN]

Generates each corpus, scans it, and prints CPU, wall and peak memory, and the exponent between one size and the next: 1 is
linear. The corpus is removed again. Wants a release build of the binary and of the example `corpus`.
"""

import argparse
import math
import os
import statistics
import subprocess
from pathlib import Path

from measure import SETTINGS, run

ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("flags", nargs="*", default=SETTINGS)
    options = parser.parse_args()
    release = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    work = Path(os.environ.get("PEERS_DIR", "/tmp/peers"))
    work.mkdir(exist_ok=True)
    corpus = work / "growth.jsonl"
    print("twicetold scan", *options.flags, "\n")
    print("| documents | MB | CPU s | wall s | memory MB | bytes a byte of input | exponent of CPU | of memory |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")
    before = None
    for documents in map(int, options.documents.split(",")):
        with open(corpus, "wb") as out:
            subprocess.run([release / "examples/corpus", "--documents", str(documents)], stdout=out, check=True)
        size = corpus.stat().st_size / 1e6
        command = [release / "twicetold", "scan", corpus, *options.flags]
        runs = [run(command, work / "growth.pairs") for _ in range(options.rounds)]
        cpu, wall, memory = (statistics.median(values) for values in zip(*runs))
        exponents = "– | –"
        if before:
            steps = math.log(documents / before[0])
            exponents = " | ".join(f"{math.log(now / then) / steps:.2f}" for now, then in ((cpu, before[1]), (memory, before[2])))
        before = documents, cpu, memory
        share = memory * 1048576 / (size * 1e6)
        print(f"| {documents:,} | {size:.0f} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {share:.1f} | {exponents} |", flush=True)
    corpus.unlink()


if __name__ == "__main__":
    main()
