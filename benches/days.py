#!/usr/bin/env python3
"""A newsroom's gate over some days: feeds of generated articles through `check --index ARCHIVE --add`.

usage: benches/days.py [BINARY] [CORPUS] [--days N] [--articles N]

BINARY is target/release/twicetold, CORPUS target/release/examples/corpus (cargo build --release --example corpus). Each day a JSONL feed of
articles comes in: most are new, and of every kind below as many as --articles / 20 were told before, on an earlier day or the same one:
  repost     the same text under another id
  edited     one word in ten replaced
  truncated  the first half
  wire       a new article around 80 words of an earlier one
Printed for each day: seconds of the check, its exit code, findings, and over the articles that repeat something: recall (those that
were found together with the article they were made of) and precision (of the articles that a finding says repeat something, those that do)."""
import argparse, json, os, random, subprocess, tempfile, time
arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument('binary', nargs='?', default='target/release/twicetold')
arguments.add_argument('corpus', nargs='?', default='target/release/examples/corpus')
arguments.add_argument('--days', type=int, default=20)
arguments.add_argument('--articles', type=int, default=200)
options = arguments.parse_args()
binary, corpus = os.path.abspath(options.binary), os.path.abspath(options.corpus)
random.seed(20261121)
KINDS = ('repost', 'edited', 'truncated', 'wire')
lines = subprocess.run([corpus, '--documents', str(options.days * options.articles), '--derived', '0'], capture_output=True, check=True, text=True).stdout.splitlines()
fresh = iter([json.loads(line)['text'] for line in lines])
vocabulary = sorted({word for line in lines[:50] for word in json.loads(line)['text'].split() if word.isalpha()})

def made(kind, text):
    words = text.split(' ')
    if kind == 'edited': return ' '.join(random.choice(vocabulary) if random.random() < .1 else word for word in words)
    if kind == 'truncated': return ' '.join(words[:len(words) // 2])
    if kind == 'wire':
        own, at = next(fresh).split(' '), random.randrange(max(1, len(words) - 80))
        cut = random.randrange(len(own))
        return ' '.join(own[:cut] + words[at:at + 80] + own[cut:])
    return text

seen, totals = [], {'planted': 0, 'found': 0, 'told': 0, 'right': 0}
with tempfile.TemporaryDirectory() as folder:
    archive = f'{folder}/news.twicetold'
    subprocess.run([binary, 'index', 'create', archive, '--isolated'], check=True)
    print(f'{"day":>4}{"articles":>10}{"seconds":>9}{"exit":>6}{"findings":>10}{"planted":>9}{"recall":>8}{"told":>6}{"precision":>11}')
    for day in range(1, options.days + 1):
        today, truth = [], {}
        for n in range(options.articles):
            name = f'd{day}-{n}'
            kind = KINDS[n // 5 % 4] if n % 5 == 4 and (seen or today) else None
            if kind:
                source, text = random.choice(seen + today if day == 1 else seen)
                truth[name] = source
                today.append((name, made(kind, text)))
            else: today.append((name, next(fresh)))
        random.shuffle(today)
        feed = f'{folder}/{day}.jsonl'
        with open(feed, 'w') as out:
            for name, text in today: out.write(json.dumps({'id': name, 'date': f'2026-11-{day:02}', 'text': text}) + '\n')
        began = time.time()
        done = subprocess.run([binary, 'check', feed, '--index', archive, '--add=all', '--isolated', '-q', '-f', f'json={folder}/r.json'])
        seconds = time.time() - began
        report = json.load(open(f'{folder}/r.json'))
        names = {d['id']: d['name'] for d in report['documents']}
        beside, told = {}, set()
        for family in report['families']:
            here = [names[o['document']] for o in family['occurrences']]
            for i, name in enumerate(here):
                beside.setdefault(name, set()).update(here)
                if i != family['keeper'] and name.startswith(f'd{day}-'): told.add(name)
        # An article and its copies of one day may come in any order: the one that is kept is not told.
        pairs = {(a, b) for a, b in truth.items()} | {(b, a) for a, b in truth.items() if b.startswith(f'd{day}-')}
        right = {name for name in told if any(a == name and b in beside.get(name, ()) for a, b in pairs) or name in truth}
        found = sum(source in beside.get(name, ()) for name, source in truth.items())
        for key, value in (('planted', len(truth)), ('found', found), ('told', len(told)), ('right', len(right))): totals[key] += value
        print(f'{day:4}{len(today):10}{seconds:9.2f}{done.returncode:6}{len(report["families"]):10}{len(truth):9}{found / max(1, len(truth)):8.3f}{len(told):6}{len(right) / max(1, len(told)):11.3f}')
        seen += today
    print(f'all: recall {totals["found"] / totals["planted"]:.4f}, precision {totals["right"] / totals["told"]:.4f}, archive {os.path.getsize(archive)} bytes')
