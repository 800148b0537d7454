#!/usr/bin/env python3
"""Recall of planted duplicates in the languages of a folder of news, and findings to be read by eye.

usage: benches/languages.py FOLDER [BINARY] [--read N]

FOLDER holds news/*.jsonl (fields id and text) and encodings/shift_jis/*.txt. Each file becomes a corpus of articles (longer texts are cut
at paragraphs into pieces of about 1,500 characters; the Japanese ones stay in Shift_JIS, one file an article), to which copies of
some of its articles are added:
  copy      white space and punctuation changed
  edit      one word in ten replaced by a word of another article (scripts without spaces: 2 characters in every 20)
  truncate  the first six tenths
A planted article counts as found when findings that hold a place in it and one in its source cover half of it. Everything is drawn from one seed.
With --read N as many findings between articles that nothing was planted in are printed, to be judged by a reader."""
import argparse, glob, json, os, random, re, subprocess, tempfile
arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument('folder')
arguments.add_argument('binary', nargs='?', default='target/release/twicetold')
arguments.add_argument('--read', type=int, default=0)
options = arguments.parse_args()
SPACELESS = {'zh', 'th', 'ja'}
PLANTED, PIECE, SHORTEST = 100, 1500, 300

def plain(text):
    """Without the HTML tags, addresses and marks that some of the texts hold."""
    return re.sub(r'(?m)^#+ ', '', re.sub(r'\[[^\]]*\]\(https?:[^)]*\)', '', re.sub(r'</?(?:p|div)[^>]*>', '\n\n', re.sub(r'</?(?:strong|br|span|em|b|i|a|img)\b[^>]*>', '', text))))

def pieces(text):
    """Paragraphs together until they make a piece."""
    out, piece = [], ''
    for paragraph in re.split(r'\n\s*\n|\n(?=　)', text):
        piece += paragraph.strip() + '\n\n'
        if len(piece) >= PIECE: out.append(piece.strip()); piece = ''
    return out + ([piece.strip()] if len(piece) >= SHORTEST else [])

def copied(text): return re.sub(r'\n\n', '\n \n', text.replace('"', '“').replace(' - ', ' — ').replace('，', '， ').replace('、', '、 '))
def truncated(text): return text[:len(text) * 6 // 10]
def edited(text, other, language):
    if language not in SPACELESS:
        words, others = re.split(r'(\s+)', text), other.split()
        return ''.join(random.choice(others) if i % 20 == 10 else w for i, w in enumerate(words))
    letters = [c for c in other if c.isalpha()]
    return ''.join(random.choice(letters) if i % 20 in (7, 8) and c.isalpha() else c for i, c in enumerate(text))

def corpora():
    for path in sorted(glob.glob(f'{options.folder}/news/*.jsonl')):
        language = path.split('.')[-2]
        yield language, os.path.basename(path), [p for line in open(path, encoding='utf-8') for p in pieces(plain(json.loads(line)['text']))]
    texts = [open(p, 'rb').read().decode('shift_jis', 'replace') for p in sorted(glob.glob(f'{options.folder}/encodings/shift_jis/*.txt'))]
    if texts: yield 'ja', 'shift_jis', [p for text in texts for p in pieces(text)]

def run(path):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([options.binary, 'scan', path, '--isolated', '-q', '-f', f'json={folder}/r.json'], check=True)
        return json.load(open(f'{folder}/r.json', encoding='utf-8'))

def covered(spans):
    total = end = 0
    for a, b in sorted(spans): total += max(0, b - max(a, end)); end = max(end, b)
    return total

print(f'{"corpus":24}{"articles":>9}{"copy":>8}{"edit":>8}{"truncate":>10}{"other findings":>16}')
for language, name, articles in corpora():
    random.seed(20261121)
    articles = random.sample(articles, min(len(articles), 6000))
    sources = random.sample([i for i, a in enumerate(articles) if len(a) >= SHORTEST], 3 * PLANTED)
    planted = []
    for n, i in enumerate(sources):
        kind = ('copy', 'edit', 'truncate')[n % 3]
        text = articles[i]
        made = copied(text) if kind == 'copy' else truncated(text) if kind == 'truncate' else edited(text, articles[i - 1], language)
        planted.append((kind, i, made))
    with tempfile.TemporaryDirectory() as folder:
        if name == 'shift_jis':
            def write(stem, text): open(f'{folder}/{stem}.txt', 'wb').write(text.encode('shift_jis', 'replace'))
            for i, a in enumerate(articles): write(f'a{i:05}', a)
            for n, (_, _, text) in enumerate(planted): write(f'p{n:05}', text)
            report = run(folder)
            def key(d): return d['path'].split('.')[0]
        else:
            with open(f'{folder}/c.jsonl', 'w', encoding='utf-8') as out:
                for i, a in enumerate(articles): out.write(json.dumps({'id': f'a{i:05}', 'text': a}, ensure_ascii=False) + '\n')
                for n, (_, _, text) in enumerate(planted): out.write(json.dumps({'id': f'p{n:05}', 'text': text}, ensure_ascii=False) + '\n')
            report = run(f'{folder}/c.jsonl')
            def key(d): return d['name']
    names = {d['id']: key(d) for d in report['documents']}
    length = {key(d): d['bytes'] for d in report['documents']}
    spans, touched = {}, {f'a{i:05}' for _, i, _ in planted}
    others = []
    for family in report['families']:
        here = {}
        for o in family['occurrences']: here.setdefault(names[o['document']], []).append((o['start'], o['end']))
        for document in here:
            if document[0] == 'p' and f'a{planted[int(document[1:])][1]:05}' in here: spans.setdefault(document, []).extend(here[document])
        if not any(d[0] == 'p' or d in touched for d in here): others.append(family)
    found = {'copy': 0, 'edit': 0, 'truncate': 0}
    for n, (kind, _, _) in enumerate(planted):
        p = f'p{n:05}'
        found[kind] += p in spans and 2 * covered(spans[p]) >= length[p]
    print(f'{name:24}{len(articles):9}' + ''.join(f'{found[k] / PLANTED:{w}.2f}' for k, w in (('copy', 8), ('edit', 8), ('truncate', 10))) + f'{len(others):16}')
    for problem in report['problems'][:3]: print('   problem:', problem['path'], problem['kind'], problem['message'])
    for family in random.sample(others, min(options.read, len(others))):
        print(f'   -- {family["kind"]} {family["level"]}, {family["words"]} words, similarity {family["similarity"]:.2f}, {len(family["occurrences"])} places')
        for o in family['occurrences'][:2]: print('     ', re.sub(r'\s+', ' ', o['text'])[:160])
