#!/usr/bin/env python3
"""What an `index add` of a hundred articles costs: a usual one, and the worst, which merges all that was added before it.

usage: benches/adds.py [BINARY] [CORPUS]

BINARY is target/release/twicetold, CORPUS target/release/examples/corpus (cargo build --release --example corpus). Eight runs of one size become
one, by powers of eight. First 72 adds of 100 articles into an archive of 100,000 that was made at once: the 8th, 16th, … merge eight runs, the 64th
all of the adds. Then an archive of 100,800 made of seven runs of each size, so that one more add of 100 merges all of it, size after size. Printed:
user and system seconds of the process and seconds by the clock, bytes of the file before and after, and the room it takes while it is written."""
import os, resource, subprocess, sys, tempfile, threading, time
binary = os.path.abspath(sys.argv[1] if 1 < len(sys.argv) else 'target/release/twicetold')
corpus = os.path.abspath(sys.argv[2] if 2 < len(sys.argv) else 'target/release/examples/corpus')
SIZES = [(12_500, 7), (1_600, 7), (200, 7), (100, 7)]

def run(*words):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    subprocess.run([binary, 'index', *words], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, time.time() - began

def stats(archive):
    lines = subprocess.run([binary, 'index', 'stats', archive], check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: int(value) for name, value in map(str.split, lines)}

with tempfile.TemporaryDirectory() as folder:
    lines = iter(subprocess.Popen([corpus, '--documents', '110000'], stdout=subprocess.PIPE).stdout)
    def articles(n):
        with open(f'{folder}/some.jsonl', 'wb') as out: out.writelines(next(lines) for _ in range(n))
        return f'{folder}/some.jsonl'

    def room(archive, most, done):
        while not done.wait(.01):
            most[0] = max(most[0], sum(os.path.getsize(archive + end) for end in ('', '-wal') if os.path.exists(archive + end)))

    def add(archive, n):
        before, most, done = stats(archive), [0], threading.Event()
        file, watch = articles(n), threading.Thread(target=room, args=(archive, most, done))
        watch.start()
        cpu, wall = run('add', '--isolated', archive, file)
        done.set(), watch.join()
        after = stats(archive)
        return cpu, wall, before, after, most[0]

    def show(what, cpu, wall, before, after, most):
        print(f'{what:34}{cpu:8.2f}{wall:8.2f}{before["runs"]:6}{after["runs"]:6}{before["bytes"] / 1e6:9.1f}{after["bytes"] / 1e6:9.1f}{most / 1e6:9.1f}')

    print(f'{"":34}{"CPU s":>8}{"wall s":>8}{"runs":>6}{"":>6}{"MB":>9}{"":>9}{"room MB":>9}')
    archive = f'{folder}/once.twicetold'
    run('create', '--isolated', archive, articles(100_000))
    done = [add(archive, 100) for _ in range(72)]
    usual = sorted((one for n, one in enumerate(done, 1) if n % 8), key=lambda one: one[0])
    show('100 more of 100,000: median of 63', *usual[len(usual) // 2])
    merging = sorted((one for n, one in enumerate(done, 1) if n % 8 == 0 and n != 64), key=lambda one: one[0])
    show('  eight runs merged: median of 8', *merging[len(merging) // 2])
    show('  all adds merged: the 64th', *done[63])
    archive = f'{folder}/sizes.twicetold'
    lines = iter(subprocess.Popen([corpus, '--documents', '110000'], stdout=subprocess.PIPE).stdout)
    run('create', '--isolated', archive)
    for n, times in SIZES:
        for _ in range(times): usual = add(archive, n)
    show('100 more, before the worst', *usual)
    show('100 more of 100,800: all merged', *add(archive, 100))
