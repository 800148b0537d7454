"""The rivals from PyPI: `peers.py NAME CORPUS.jsonl` prints the pairs that NAME finds, two ids a line.

All get the same: words in lower case, shingles of 5 words, 128 permutations, threshold 0.7. Bands are a rival's own
rule where it has one. What a rival leaves out is left out: only `datasketch-verified` counts.
Each is written the way its documentation does, taking the quickest of the ways shown there; CPU of reading the
corpus and of cutting words is a part of every row, as it is of ours.
"""

import json
import os
import re
import shutil
import sys
import tempfile

N, PERMUTATIONS, THRESHOLD = 5, 128, 0.7
WORD = re.compile(r"\w+")


def documents(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["id"], row["text"]


def shingles(text):
    words = WORD.findall(text.lower())
    return {" ".join(words[i : i + N]) for i in range(len(words) - N + 1)}


def stars(groups):
    """A bucket's members paired with its first: the same clusters, and nothing grows with the square."""
    for group in groups:
        for other in group[1:]:
            yield group[0], other


def datasketch(path, verified=False):
    from datasketch import MinHash, MinHashLSH

    # Whoever counts can afford more candidates: bands that lose next to none, instead of its own rule's.
    params = (32, 4) if verified else None
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, params=params)
    kept = {}
    for name, text in documents(path):
        own = shingles(text)
        if not own:
            continue
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([shingle.encode() for shingle in own])
        for other in index.query(signature):
            if verified:
                theirs = kept[other]
                shared = len(own & theirs)
                # Whole numbers: 0.7 has no exact float.
                if 10 * shared < 7 * (len(own) + len(theirs) - shared):
                    continue
            yield other, name
        index.insert(name, signature)
        if verified:
            kept[name] = own


def rensa(path):
    from rensa import RMinHash, RMinHashLSH

    # The library has no rule for bands; 32 of 4 lose next to none at this threshold.
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    names, signatures = [], []
    for name, text in documents(path):
        (signature,) = RMinHash.from_token_sets([list(shingles(text))], PERMUTATIONS, 42)
        for other in index.query(signature):
            if signatures[other].jaccard(signature) >= THRESHOLD:
                yield names[other], name
        index.insert(len(names), signature)
        names.append(name)
        signatures.append(signature)


def daft(path):
    import daft
    from daft import col
    from datasketch.lsh import _optimal_param

    # Its guide takes bands from this rule.
    bands, rows = _optimal_param(THRESHOLD, PERMUTATIONS, 0.5, 0.5)
    frame = daft.read_json(path)
    text = col("text").normalize(remove_punct=True, lowercase=True, nfd_unicode=False, white_space=True)
    signed = frame.select(
        col("id"),
        text.minhash(num_hashes=PERMUTATIONS, ngram_size=N, seed=1, hash_function="xxhash").alias("hashes"),
    ).collect()
    for band in range(bands):
        key = col("hashes").slice(band * rows, (band + 1) * rows)
        key = key.cast(daft.DataType.list(daft.DataType.string())).list_join(",").alias("key")
        groups = signed.select(col("id"), key).groupby("key").agg(col("id").list_agg())
        groups = groups.where(col("id").list_count() > 1).to_pydict()["id"]
        yield from stars(sorted(group) for group in groups)


def text_dedup(path):
    import pickle
    import subprocess

    folder = tempfile.mkdtemp()
    command = [sys.executable, "-m", "text_dedup.minhash", "--path", "json", "--data_files", path, "--split", "train"]
    command += ["--cache_dir", f"{folder}/cache", "--output", f"{folder}/out", "--column", "text", "--debug"]
    command += ["--ngram", str(N), "--num_perm", str(PERMUTATIONS), "--threshold", str(THRESHOLD)]
    command += ["--hash_func", "xxh3", "--min_length", "1", "--batch_size", "10000"]
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    with open(f"{folder}/out/uf.pkl", "rb") as file:
        found = pickle.load(file)
    parent = found.parent if hasattr(found, "parent") else found
    names = [name for name, _ in documents(path)]
    shutil.rmtree(folder)
    for member in list(parent):
        if parent[member] != member:
            yield names[parent[member]], names[member]


def datatrove(path):
    import struct
    from pathlib import Path

    from datatrove.executor.local import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader

    folder = Path(tempfile.mkdtemp())
    # 8 hashes a bucket is its own default; 16 buckets make 128.
    config = MinhashConfig(n_grams=N, num_buckets=16, hashes_per_bucket=8)
    source = Path(path)
    reader = JsonlReader(str(source.parent), glob_pattern=source.name)
    sign = MinhashDedupSignature(str(folder / "signatures"), config=config)
    match = MinhashDedupBuckets(str(folder / "signatures"), str(folder / "buckets"), config=config)
    for name, steps, tasks in (("sign", [reader, sign], 1), ("match", [match], config.num_buckets)):
        LocalPipelineExecutor(steps, tasks=tasks, workers=1, logging_dir=str(folder / name)).run()
    names = [name for name, _ in documents(path)]
    pairs = set()
    for file in sorted((folder / "buckets").glob("*.dups")):
        for _, left, _, right in struct.iter_unpack("<4I", file.read_bytes()):
            pairs.add((names[left], names[right]))
    shutil.rmtree(folder)
    yield from sorted(pairs)


RIVALS = {
    "datasketch": datasketch,
    "datasketch-verified": lambda path: datasketch(path, verified=True),
    "rensa": rensa,
    "daft": daft,
    "text-dedup": text_dedup,
    "datatrove": datatrove,
}

if __name__ == "__main__":
    # Libraries print; only pairs may go where pairs are read.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for left, right in RIVALS[sys.argv[1]](sys.argv[2]):
        out.write(f"{left}\t{right}\n")
    out.close()
    os._exit(0)
