#!/usr/bin/env python3
"""How the share of reused text orders the answers of P. Clough and M. Stevenson's corpus of plagiarised short answers.

usage: benches/clough.py FOLDER [BINARY] [PROFILE] [FLAG…]

FOLDER holds the answers, the originals and all-plagiarised-files.txt. For each answer: the share of its bytes that stand in a passage
shared with the original, the same with each passage weighed by its similarity (matched), beside the share of its word 3-grams that the original has (containment). Printed: the mean of each class,
and how many pairs of answers of different classes each measure puts in the right order (ties count half)."""
import json, os, re, subprocess, sys, tempfile
folder = sys.argv[1]
binary = sys.argv[2] if len(sys.argv) > 2 else 'target/release/twicetold'
profile = sys.argv[3] if len(sys.argv) > 3 else 'reuse'
RANK = {'non': 0, 'heavy': 1, 'light': 2, 'cut': 3}
rows = [line.strip().split(',') for line in open(f'{folder}/all-plagiarised-files.txt') if line.strip()]
scratch = tempfile.TemporaryDirectory()
def utf8(name):
    raw = open(f'{folder}/{name}', 'rb').read()
    try: text = raw.decode('utf-8')
    except UnicodeDecodeError: text = raw.decode('cp1252', 'replace')
    path = f'{scratch.name}/{name}'
    open(path, 'w', encoding='utf-8').write(text)
    return path, text
with open(f'{scratch.name}/pairs.tsv', 'w') as out:
    for original, answer, _ in rows: out.write(f'{utf8(original)[0]}\t{utf8(answer)[0]}\n')
lines = subprocess.run([binary, 'compare', '--isolated', '--profile', profile, *sys.argv[4:], '--pairs', f'{scratch.name}/pairs.tsv'],
                       capture_output=True, check=True, text=True).stdout.splitlines()
def grams(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i:i + 3]) for i in range(len(words) - 2)}
scores = []
for (original, answer, label), line in zip(rows, lines):
    text, end, covered, matched = utf8(answer)[1], 0, 0, 0
    for p in sorted(json.loads(line)['passages'], key=lambda p: p['right_start']):
        fresh = max(0, p['right_end'] - max(end, p['right_start'])); end = max(end, p['right_end'])
        covered += fresh; matched += fresh * p['similarity']
    own = grams(text)
    scores.append((RANK[label], covered / max(1, len(text.encode())),
                   matched / max(1, len(text.encode())), len(own & grams(utf8(original)[1])) / max(1, len(own))))
print(f'{"class":8}{"answers":>8}{"reused":>9}{"matched":>9}{"3-grams":>9}')
for label in ('cut', 'light', 'heavy', 'non'):
    own = [s for s in scores if s[0] == RANK[label]]
    print(f'{label:8}{len(own):8}{sum(s[1] for s in own) / len(own):9.3f}{sum(s[2] for s in own) / len(own):9.3f}{sum(s[3] for s in own) / len(own):9.3f}')
def order(which, pairs):
    right = [(a[which] > b[which]) + .5 * (a[which] == b[which]) for a in scores for b in scores if (a[0], b[0]) in pairs]
    return sum(right) / len(right)
for name, pairs in (('cut > light', {(3, 2)}), ('light > heavy', {(2, 1)}), ('heavy > non', {(1, 0)}),
                    ('all pairs', {(a, b) for a in range(4) for b in range(a)})):
    print(f'{name:16}{order(1, pairs):9.3f}{order(2, pairs):9.3f}{order(3, pairs):9.3f}')
