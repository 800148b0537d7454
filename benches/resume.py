"""Kills a scan at random moments, lets it go on, and compares what it writes with what an undisturbed run writes.

    target/release/examples/corpus --documents 1000000 --words-per-document 60 > corpus.jsonl
    python3 benches/resume.py corpus.jsonl target/release/twicetold 20 [LEVELS]

LEVELS is what `--level` is given: `document`, unless it is said.
"""

import filecmp
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def main():
    corpus, program = sys.argv[1], os.path.abspath(sys.argv[2])
    kills = int(sys.argv[3]) if 3 < len(sys.argv) else 20
    level = sys.argv[4] if 4 < len(sys.argv) else "document"
    folder = tempfile.mkdtemp(prefix="resume-", dir=os.path.dirname(os.path.abspath(corpus)))
    work, out, alone = (os.path.join(folder, name) for name in ("work", "out.json", "alone.json"))

    def start(report, *more):
        words = [program, "scan", corpus, "--level", level, "-q", "-f", "json=" + report, *more]
        return subprocess.Popen(words, stderr=subprocess.DEVNULL)

    def timed(report, *more):
        began = time.monotonic()
        code = start(report, *more).wait()
        if code != 0:
            sys.exit(f"the run ended with {code}")
        return time.monotonic() - began

    def kept():
        files = (os.path.join(work, name) for name in os.listdir(work)) if os.path.isdir(work) else ()
        return sum(os.path.getsize(file) for file in files)

    plain = timed(alone)
    whole = timed(out, "--resume", work)
    same = filecmp.cmp(alone, out, shallow=False)
    print(f"undisturbed: {plain:.1f} s; with --resume {whole:.1f} s, same bytes: {same}")
    numbers = random.Random(1)
    wrong = 0
    print("killed at s | kept MB | went on for s | of an undisturbed run saved | same bytes")
    for _ in range(kills):
        os.path.exists(out) and os.remove(out)
        moment = numbers.uniform(0, whole)
        run = start(out, "--resume", work)
        time.sleep(moment)
        run.send_signal(signal.SIGKILL)
        run.wait()
        megabytes = kept() / 1e6
        rest = timed(out, "--resume", work)
        same = filecmp.cmp(alone, out, shallow=False)
        wrong += not same
        print(f"{moment:11.1f} | {megabytes:7.0f} | {rest:13.1f} | {1 - rest / whole:27.0%} | {same}", flush=True)
    print(f"{kills} kills, {wrong} with other bytes")
    shutil.rmtree(folder)
    sys.exit(wrong != 0)


main()
