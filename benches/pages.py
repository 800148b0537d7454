#!/usr/bin/env python3
"""How much of the article of a news page is read, and how much else, beside other extractors.

usage: benches/pages.py FOLDER [BINARY] [--worst N]

FOLDER is that of the article extraction benchmark (github.com/scrapinghub/article-extraction-benchmark): ground-truth.json with the
text (`articleBody`) and address of each page, html/ID.html.gz with its bytes. The others are run if they are there:
`pip install trafilatura readability-lxml lxml_html_clean resiliparse`. Nothing is installed or fetched.

For each page, of the words (\\w+ of Unicode, case kept; a bag) and of the runs of four words (a bag too): precision, the share of what was read that is
the article's; recall, the share of the article's that was read; F1, their harmonic mean. Printed: the mean over pages of each.
`F1 of means` is what the benchmark's own table calls F1: the harmonic mean of mean precision and mean recall.

A second table has the same pages without class, id, itemprop and role: what is left when an extractor knows none of the names."""
import sys
import collections, gzip, json, os, re, subprocess, tempfile
arguments = [a for a in sys.argv[1:] if not a.startswith('--')]
worst = int(sys.argv[sys.argv.index('--worst') + 1]) if '--worst' in sys.argv else 0
if worst: arguments.remove(str(worst))
folder = arguments[0]
binary = arguments[1] if len(arguments) > 1 else 'target/release/twicetold'
truth = json.load(open(f'{folder}/ground-truth.json', encoding='utf-8'))
pages = {k: gzip.open(f'{folder}/html/{k}.html.gz').read().decode('utf-8', 'replace') for k in truth}

def ours(pages):
    with tempfile.TemporaryDirectory() as scratch:
        for k, html in pages.items(): open(f'{scratch}/{k}.html', 'w', encoding='utf-8').write(html)
        out = subprocess.run([binary, 'inputs', '--isolated', '--input-format', 'html', '-f', 'jsonl', scratch],
                             capture_output=True, check=True).stdout.decode()
    texts = {}
    for line in out.splitlines():
        record = json.loads(line)
        texts[record['path'].removesuffix('.html')] = record['text']
    return texts

def others():
    try:
        import trafilatura
        yield f'trafilatura {trafilatura.__version__}', lambda html: trafilatura.extract(html, include_comments=False)
    except ImportError: print('without trafilatura: pip install trafilatura')
    try:
        import logging, lxml.html, readability
        from importlib.metadata import version
        logging.getLogger('readability').setLevel(logging.CRITICAL)
        def read(html):
            tree = lxml.html.fromstring(readability.Document(html).summary())
            for e in tree.iter('p', 'div', 'br', 'li', 'h1', 'h2', 'h3', 'h4', 'tr', 'td', 'blockquote'): e.tail = '\n' + (e.tail or '')
            return tree.text_content()
        yield f'readability-lxml {version("readability-lxml")}', read
    except ImportError: print('without readability-lxml: pip install readability-lxml lxml_html_clean')
    try:
        from resiliparse.extract.html2text import extract_plain_text
        from importlib.metadata import version
        yield f'resiliparse {version("resiliparse")}', lambda html: extract_plain_text(html, main_content=True)
    except ImportError: print('without resiliparse: pip install resiliparse')

def bag(text, n):
    words = re.findall(r'\w+', text)
    if len(words) < n: return collections.Counter([tuple(words)] if words else [])
    return collections.Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))

def score(text, article, n):
    read, wanted = bag(text, n), bag(article, n)
    shared = sum((read & wanted).values())
    precision = shared / sum(read.values()) if read else 0.
    recall = shared / sum(wanted.values()) if wanted else 1.
    return precision, recall, 2 * precision * recall / (precision + recall) if shared else 0.

def line(name, texts):
    cells = []
    for n in (1, 4):
        scores = [score(texts.get(k) or '', truth[k]['articleBody'], n) for k in truth]
        p, r, f = (sum(s[i] for s in scores) / len(scores) for i in range(3))
        cells.append(f'{p:8.4f}{r:8.4f}{f:8.4f}{2 * p * r / (p + r) if p + r else 0:9.4f}')
    print(f'{name:26}{cells[0]}   {cells[1]}')

def table(title, pages):
    print(f'\n{title}\n{"":26}{"words: precision, recall, F1, F1 of means":33}   {"runs of four words"}')
    texts = ours(pages)
    line('twicetold', texts)
    for name, extract in others():
        read = {}
        for k, html in pages.items():
            try: read[k] = extract(html)
            except Exception: read[k] = ''
        line(name, read)
    return texts

texts = table(f'{len(pages)} pages', pages)
bare = re.compile(r'''\s(class|id|itemprop|role)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)''', re.I)
table('the same without class, id, itemprop and role', {k: bare.sub('', html) for k, html in pages.items()})
ranked = sorted(truth, key=lambda k: score(texts.get(k) or '', truth[k]['articleBody'], 4)[2])
for k in ranked[:worst]: print(k[:12], *(f'{x:.3f}' for x in score(texts.get(k) or '', truth[k]['articleBody'], 4)), truth[k].get('url', ''))
