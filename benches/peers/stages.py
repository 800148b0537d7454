"""Where our CPU goes, stage by stage, as `perf` sees it.

    perf record --call-graph=dwarf,16384 -F 199 -o FILE.data target/release/twicetold scan … -j1
    perf script -i FILE.data --no-inline -F comm,ip,sym | benches/peers/stages.py

A sample belongs to the innermost frame that a stage owns; the rest is the kernel's work for fresh memory, and moves
between stages. Inlined code counts as its caller's.
"""

import sys
from collections import Counter

STAGES = [
    ("source", ("source::", "serde_json")),
    ("segment", ("twicetold::segment",)),
    ("words", ("twicetold::words",)),
    ("identity", ("hash::identity", "xxh3", "blake3", "candidate::identical")),
    ("shingle", ("pipeline::units::sets", "twicetold::shingle")),
    ("rarity", ("Rarity::of",)),
    ("containment", ("candidate::contained", "candidate::sampled", "verify_contained")),
    ("sketch", ("sketch::", "Signer")),
    ("candidate", ("candidate::lsh", "candidate::prefix")),
    ("verify", ("twicetold::verify",)),
    ("passage", ("twicetold::passage",)),
    ("family", ("twicetold::family", "units::Copies")),
    ("report", ("pipeline::finish", "twicetold::report", "cli::writing")),
]


def stage(frames):
    # Families spell their words out once more: that is theirs, not the words' own stage. So it is with documents that
    # are read again.
    if any("pipeline::finish" in frame for frame in frames):
        return "report"
    if any("shelf::Shelf" in frame for frame in frames):
        return "second look"
    for frame in frames:
        for name, marks in STAGES:
            if any(mark in frame for mark in marks):
                return name
    return "moves and fresh memory"


def main():
    stages, places, samples = Counter(), Counter(), 0
    for block in sys.stdin.read().split("\n\n"):
        frames = [line.split(None, 1)[1] for line in block.split("\n")[1:] if len(line.split(None, 1)) == 2]
        if frames:
            name = stage(frames)
            samples += 1
            stages[name] += 1
            places[name, frames[0][:90]] += 1
    print(f"{samples} samples\n")
    for name, n in stages.most_common():
        print(f"{100 * n / samples:5.1f} %  {name}")
    print()
    for (name, frame), n in places.most_common(20):
        print(f"{100 * n / samples:5.1f} %  {name:24} {frame}")


if __name__ == "__main__":
    main()
