"""Signatures, bands and counted pairs."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import twicetold
from conftest import FIRST, FIXTURES, SECOND

pytestmark = pytest.mark.filterwarnings("ignore::twicetold.InputWarning")


def corpus(seed: int = 1, documents: int = 400) -> list[str]:
    words = random.Random(seed)
    vocabulary = [f"w{n}" for n in range(500)]
    texts = [words.choices(vocabulary, k=words.randrange(5, 80)) for _ in range(documents)]
    for at in range(1, documents, 3):
        copy = list(texts[at - 1])
        copy[words.randrange(len(copy))] = "changed"
        texts[at] = copy
    return [" ".join(text) for text in texts]


def test_every_form_of_texts_gives_the_same_signatures() -> None:
    texts: list[str | None] = [*corpus(), None, "", "東京タワー", "…"]
    expected = list(twicetold.sign(texts))
    assert [at for at, row in enumerate(expected) if row is None] == [400, 401, 403]
    column = pa.array(texts)
    forms: list[Any] = [
        iter(texts),
        [{"text": text} for text in texts],
        [(None, text) for text in texts],
        column,
        column.cast(pa.large_string()),
        column.cast(pa.string_view()),
        column.dictionary_encode(),
        pa.chunked_array([column.slice(0, 7), column.slice(7)]),
        pa.table({"id": range(len(texts)), "text": column}),
        pl.Series(texts),
        pl.DataFrame({"body": texts}),
        pa.table({"group": pa.array([{"text": text} for text in texts])}),
    ]
    for form in forms[:-1]:
        assert list(twicetold.sign(form)) == expected
    assert list(twicetold.sign(forms[-1], field="text=group.text")) == expected
    for threads in (1, 2, 5):
        assert list(twicetold.sign(column, threads=threads)) == expected


def test_signatures_are_arrays() -> None:
    signatures = twicetold.sign(["one two three four", None, "five six"], lanes=16, seed=5, shingle=2)
    assert (len(signatures), signatures.lanes, signatures.seed, signatures.shingle) == (3, 16, 5, 2)
    array = pa.array(signatures)
    assert array.type == pa.list_(pa.field("item", pa.uint32(), nullable=False), 16)
    assert array.to_pylist() == list(signatures)
    array.validate(full=True)
    numbers = np.asarray(signatures)
    assert numbers.shape == (3, 16) and numbers.dtype == np.uint32 and not numbers.flags.writeable
    assert numbers[0].tolist() == signatures[0] == signatures[-3]
    assert (numbers[1] == 2**32 - 1).all() and signatures[1] is None
    assert pl.Series(signatures).to_list()[2] == signatures[2]
    kept = np.asarray(twicetold.sign(["one two three"]))
    assert kept[0].tolist() == twicetold.sign(["one two three"])[0]
    assert len(twicetold.sign([])) == 0 and np.asarray(twicetold.sign([])).shape == (0, 128)
    with pytest.raises(IndexError):
        signatures[3]


def test_signatures_are_those_of_the_golden_file() -> None:
    lines = (FIXTURES / "golden" / "minhash.txt").read_text(encoding="utf-8").splitlines()
    cases: list[tuple[str, list[int]]] = []
    for line in lines:
        if line.startswith("minhash "):
            cases.append((line, []))
        elif line.startswith("  "):
            cases[-1][1].extend(int(lane, 16) for lane in line.split())
    plain = [(head.split(" ", 4)[1:], lanes) for head, lanes in cases if "\\" not in head]
    assert len(plain) > 3
    for (n_lanes, seed, size, text), lanes in plain:
        assert twicetold.sign([text], lanes=int(n_lanes), seed=int(seed), shingle=int(size))[0] == lanes
    assert twicetold.sign([FIRST], shingle={"document": 5})[0] == twicetold.sign([FIRST], shingle=5)[0]


def test_bands_and_candidates() -> None:
    signatures = twicetold.sign([*corpus(), None])
    keys = twicetold.bands(signatures)
    assert (len(keys), keys.bands, keys.rows) == (401, 32, 4)
    assert keys[400] is None
    rows = np.asarray(keys)[:400]
    shared = {(a, b) for band in rows.T for a in range(400) for b in np.flatnonzero(band == band[a]).tolist() if a < b}
    pairs = twicetold.candidates(signatures).to_pyarrow()
    assert set(zip(pairs["left"].to_pylist(), pairs["right"].to_pylist(), strict=True)) == shared != set()
    assert twicetold.bands(signatures, bands=16, rows=8).rows == 8
    assert twicetold.bands(signatures, rows=8).bands == 16
    assert twicetold.bands(signatures, threshold=0.5).bands == 42
    again = pa.chunked_array([pa.array(signatures).slice(0, 100), pa.array(signatures).slice(100)])
    assert list(twicetold.bands(again)) == list(keys)
    for wrong in ({"bands": 64, "rows": 4}, {"bands": 0}, {"rows": 129}):
        with pytest.raises(twicetold.SettingError, match="bands"):
            twicetold.bands(signatures, **wrong)  # type: ignore[arg-type]
    for other in (pa.array([1, 2]), pa.array([[1], [2]]), pa.array([[1.0]], pa.list_(pa.float32(), 1))):
        with pytest.raises(twicetold.SettingError, match="fixed_size_list"):
            twicetold.bands(other)


def shingles(text: str, size: int) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[at : at + size]) for at in range(max(len(words) - size + 1, 1))} if words else set()


@pytest.mark.parametrize("size", [1, 3, 5])
def test_pairs_are_counted(size: int) -> None:
    texts = [*corpus(documents=60), "", None]
    pairs = [(a, b) for a in range(0, 62, 7) for b in range(62)]
    rows = twicetold.verify(pairs, texts, shingle=size, threshold=0.5).to_pylist()
    assert [(row["left"], row["right"]) for row in rows] == pairs
    for row in rows:
        left, right = texts[row["left"]], texts[row["right"]]
        if left is None or right is None:
            assert row["shared"] is row["similarity"] is row["meets"] is None
            continue
        a, b = shingles(left, size), shingles(right, size)
        assert (row["shared"], row["left_shingles"], row["right_shingles"]) == (len(a & b), len(a), len(b))
        same = left == right != ""
        union = max(len(a | b), 1)
        assert row["similarity"] == (1.0 if same else min(len(a & b) * 10**6 // union, 999_999) / 10**6)
        assert row["meets"] == (same or 0 < 2 * len(a & b) >= len(a | b))


def test_what_is_signed_paired_and_counted_is_what_a_scan_finds() -> None:
    texts = list(dict.fromkeys(corpus(3)))
    pairs = twicetold.candidates(twicetold.sign(texts))
    counted = [row for row in twicetold.verify(pairs, texts).to_pylist() if row["meets"]]
    found = twicetold.scan(texts, level="document", containment=1).pairs
    expected = sorted((pair.left.id, pair.right.id, pair.similarity) for pair in found)
    assert sorted((row["left"], row["right"], row["similarity"]) for row in counted) == expected != []


def test_pairs_that_are_none() -> None:
    for pairs in ([(0, 2)], pa.table({"left": [0], "right": [2]})):
        with pytest.raises(IndexError, match="there are 2"):
            twicetold.verify(pairs, [FIRST, SECOND])
    for wrong in ([(0,)], [(-1, 0)], [0], [("a", "b")]):
        with pytest.raises(TypeError, match="element 0"):
            twicetold.verify(wrong, [FIRST])  # type: ignore[arg-type]
    for table in ({"a": [0], "b": [0]}, {"left": [0.5], "right": [0]}, {"left": [None], "right": [0]}, {"left": [-1], "right": [0]}):
        with pytest.raises(twicetold.InputError):
            twicetold.verify(pa.table(table), [FIRST])
    assert len(twicetold.verify([], [FIRST])) == 0


def test_texts_that_are_none() -> None:
    for texts in ("one text", [1], b"bytes"):
        with pytest.raises(TypeError):
            twicetold.sign(texts)  # type: ignore[arg-type]
    with pytest.raises((TypeError, twicetold.SettingError)):
        twicetold.sign(pa.table({"words": ["a"]}))
    with pytest.raises(twicetold.InputError, match="no text"):
        twicetold.sign(pa.array([1, 2]))
    with pytest.raises(twicetold.InputError, match="text 1"):
        twicetold.sign(["\ud800"])
    with pytest.raises(twicetold.SettingError, match="lanes"):
        twicetold.sign(["a"], lanes=0)


def test_rows_that_all_agree_are_told_of() -> None:
    with pytest.warns(twicetold.InputWarning, match="very frequent"):
        pairs = twicetold.candidates(twicetold.sign([FIRST] * 200))
    assert 199 <= len(pairs) < 200 * 199 // 2
