"""How fast `twicetold.sign` is on Arrow data, beside the same work without Python.

    cargo run --release --example corpus -- --documents 100000 > corpus.jsonl
    cargo build --release --example sign && pip install ./python pyarrow
    python3 benches/sign.py corpus.jsonl target/release/examples/sign [THREADS] [ROUNDS]

Both sign the same texts from memory, in turn; the first round is not counted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.json as pj
import twicetold


def main(corpus: str, binary: str, threads: int = 1, rounds: int = 7) -> None:
    texts = pj.read_json(corpus)["text"]
    size = sum(chunk.nbytes for chunk in texts.chunks) / 1e6
    rust: list[tuple[float, float]] = []
    python: list[tuple[float, float]] = []
    for _ in range(rounds + 1):
        said = subprocess.run([binary, corpus, str(threads)], check=True, capture_output=True, text=True).stdout.split()
        rust.append((float(said[2]), float(said[3])))
        wall, cpu = time.perf_counter(), time.process_time()
        signatures = twicetold.sign(texts, threads=threads)
        python.append((time.perf_counter() - wall, time.process_time() - cpu))
        assert len(signatures) == len(texts) == int(said[0])
        del signatures
    for at, what in enumerate(("wall", "CPU")):
        alone = statistics.median(times[at] for times in rust[1:])
        there = statistics.median(times[at] for times in python[1:])
        pairs = statistics.median(a[at] / b[at] for a, b in zip(rust[1:], python[1:], strict=True) if b[at])
        print(f"{what}: alone {alone:.2f} s, through Python {there:.2f} s, {size / there:.0f} MB/s; alone / Python {pairs:.2f}")
    print(f"{len(texts)} texts, {size:.0f} MB, {threads} threads, pyarrow {pa.__version__}")


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
