"""Runs every program on one corpus, rounds interleaved, and prints one table.

CPU is user and system time of the program and of all it started; wall is the clock; memory is the largest resident set
of any one of its processes. The median of the rounds counts. Ratios are of CPU, within this run.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import score

HERE = Path(__file__).parent
# They give clusters, not pairs: judged by all pairs of texts in one.
CLUSTERS = ("daft", "text-dedup", "datatrove")
SETTINGS = "--level document --shingle document=5 --threshold document=0.7 -f pairs --isolated".split()


def commands(corpus, ours, crates):
    rivals = "daft rensa datasketch datasketch-verified text-dedup datatrove".split()
    python = [sys.executable, str(HERE / "peers.py")]
    table = {"twicetold": [ours, "scan", corpus, *SETTINGS]}
    table |= {name: [str(crates / name), corpus] for name in ("gaoya", "txtfp")}
    return table | {name: [*python, name, corpus] for name in rivals}


def run(command, output):
    with open(output, "wb") as out, open(output.with_suffix(".log"), "ab") as log:
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=out, stderr=log)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        tail = output.with_suffix(".log").read_text(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"ended with {child.returncode}: {' '.join(tail)[:160]}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def pairs(path, ours):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            cells = line.rstrip("\n").split("\t")
            if not ours:
                yield cells[0], cells[1]
            elif number != 0 or cells[0] != "level":
                yield cells[1], cells[2]


def main():
    parser = argparse.ArgumentParser()
    for name in ("corpus", "truth", "ours", "crates", "work"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="names, parted by commas")
    parser.add_argument("--once", default="text-dedup,datatrove", help="too slow for more than one round")
    options = parser.parse_args()
    table = commands(options.corpus, options.ours, Path(options.crates))
    if options.only:
        table = {name: table[name] for name in options.only.split(",")}
    seen, failed = {name: [] for name in table}, {}
    for round_ in range(options.rounds):
        for name, command in table.items():
            if name in failed or round_ != 0 and name in options.once.split(","):
                continue
            try:
                seen[name].append(run(command, Path(options.work) / f"{name}.pairs"))
                print(f"round {round_ + 1}: {name} {seen[name][-1][0]:.2f} s CPU", file=sys.stderr, flush=True)
            except (OSError, RuntimeError) as problem:
                failed[name] = str(problem)
    truth = score.Truth(options.truth)
    with open(options.corpus, encoding="utf-8") as lines:
        names = [line.split('"', 4)[3] for line in lines]
    print(f"{len(names)} documents, {len(truth.first)} copies and {len(truth.near)} near pairs of texts\n")
    print("| | rounds | CPU s | (least–most) | wall s | memory MB | recall | precision | ARI | CPU : ours |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    ours, near = None, []
    for name, runs in seen.items():
        if name in failed:
            continue
        cpu, wall, memory = (statistics.median(values) for values in zip(*runs))
        least, most = min(runs)[0], max(runs)[0]
        ours = ours or cpu
        found = pairs(Path(options.work) / f"{name}.pairs", name == "twicetold")
        if name in CLUSTERS:
            found = score.spread(found, truth)
        recall, precision, rand, steps = score.score(found, truth, names)
        print(
            f"| {name} | {len(runs)} | {cpu:.2f} | {least:.2f}–{most:.2f} | {wall:.2f} | {memory:.0f}"
            f" | {recall:.4f} | {precision:.4f} | {rand:.4f} | {cpu / ours:.1f} |"
        )
        near.append(f"| {name} | " + " | ".join("–" if step is None else f"{step:.4f}" for step in steps) + " |")
    print("\nRecall of near pairs by their counted similarity, from the one named to the next:\n")
    print("| | " + " | ".join(f"{0.7 + 0.05 * n:.2f}" for n in range(score.STEPS)) + " |")
    print("|---|" + "--:|" * score.STEPS, *near, sep="\n")
    for name, problem in failed.items():
        print(f"\n{name} did not run: {problem}")


if __name__ == "__main__":
    main()
