"""What is scanned through Python is what the command line scans, to the byte."""

from __future__ import annotations

import json
import random
import warnings
from pathlib import Path

import pytest
import twicetold
from conftest import CASES, FIRST, FIXTURES, RECORDS, SECOND, Cli

pytestmark = pytest.mark.filterwarnings("ignore::twicetold.InputWarning")
FORMATS = ["human", "json", "jsonl", "csv", "pairs", "html", "markdown", "sarif", "junit", "github", "gitlab"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name if case.name == "in" else case.name)
def test_every_case_of_the_suite_is_the_same_bytes(case: Path, cli: Cli) -> None:
    assert twicetold.scan(case).to_json().encode() == cli("scan", case, "-f", "json")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_the_same_bytes(format: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    assert twicetold.scan("sample").render(format).encode() == cli("scan", "sample", "-f", format)


@pytest.mark.parametrize(
    ("settings", "flags"),
    [
        ({"level": "document"}, ["--level", "document"]),
        ({"level": ["paragraph", "passage"]}, ["--level", "paragraph,passage"]),
        ({"threshold": {"document": 0.45, "sentence": 0.9}}, ["--threshold", "document=0.45,sentence=0.9"]),
        ({"threshold": 0.5}, ["--threshold", "0.5"]),
        ({"profile": "reuse"}, ["--profile", "reuse"]),
        ({"profile": "verbatim", "min_words": 4}, ["--profile", "verbatim", "--min-words", "4"]),
        ({"shingle": {"document": 5}, "lanes": 64, "seed": 9}, ["--shingle", "document=5", "--lanes", "64", "--seed", "9"]),
        ({"keep": "oldest", "containment": "80%"}, ["--keep", "oldest", "--containment", "80%"]),
        ({"glob": ["*.txt", "!*2*"], "hidden": True}, ["--glob", "*.txt", "--glob", "!*2*", "--hidden"]),
        ({"max_doc_freq": 1, "memory_limit": "64M", "hidden": False}, ["--max-doc-freq", "1", "--memory-limit", "64M"]),
        ({"level": None, "keep": None}, []),
    ],
)
def test_settings_are_those_of_the_flags(settings: dict[str, object], flags: list[str], cli: Cli) -> None:
    findings = twicetold.scan(FIXTURES / "sample", **settings)  # type: ignore[arg-type]
    assert findings.to_json().encode() == cli("scan", FIXTURES / "sample", "-f", "json", *flags)


def test_settings_that_are_files(tmp_path: Path, cli: Cli) -> None:
    boilerplate, baseline = tmp_path / "stock.txt", tmp_path / "known.json"
    boilerplate.write_text(FIRST)
    cli("baseline", "create", FIXTURES / "sample", "--baseline", baseline)
    findings = twicetold.scan(FIXTURES / "sample", baseline=baseline, boilerplate=[boilerplate], fail_on="any")
    words = ["--baseline", baseline, "--boilerplate", boilerplate]
    assert findings.to_json().encode() == cli("scan", FIXTURES / "sample", "-f", "json", *words)
    assert findings.summary["known"] == len(findings) > 0
    assert findings.fails
    assert not twicetold.scan(FIXTURES / "sample", baseline=baseline, fail_on="new").fails
    assert not twicetold.scan(FIXTURES / "sample").fails


def test_several_paths_and_iterables_of_paths(tmp_path: Path, cli: Cli) -> None:
    for name, text in (("a.txt", FIRST), ("b.txt", SECOND)):
        (tmp_path / name).write_text(text)
    expected = cli("scan", tmp_path / "a.txt", tmp_path / "b.txt", "-f", "json")
    assert json.loads(expected)["families"]
    assert twicetold.scan([tmp_path / "a.txt", tmp_path / "b.txt"]).to_json().encode() == expected
    assert twicetold.scan(tmp_path / name for name in ("a.txt", "b.txt")).to_json().encode() == expected
    # A str inside of an iterable is a text.
    assert twicetold.scan([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]).summary["words"] < 50


@pytest.mark.parametrize("level", [None, "document", "passage"])
def test_records_are_the_lines_of_a_file(level: str | None, jsonl: Path, cli: Cli) -> None:
    flags = ["--level", level] if level else []
    expected = cli("scan", jsonl, "-f", "json", *flags)
    assert twicetold.scan(jsonl, level=level).to_json().encode() == expected
    assert twicetold.scan(RECORDS, name="records.jsonl", level=level).to_json().encode() == expected
    assert twicetold.scan(iter(RECORDS), name="records.jsonl", level=level).to_json().encode() == expected
    stdin = cli("scan", "-", "-f", "json", "--input-format", "jsonl", *flags, stdin=jsonl.read_bytes())
    assert twicetold.scan(RECORDS, level=level).to_json().encode() == stdin


def test_odd_records(cli: Cli) -> None:
    odd: list[object] = [
        {"text": "a b c d e f g h", "deep": {"er": [1, {"x": None}]}, "score": float("inf")},
        {"text": 7},
        {"text": ["a"]},
        {"body": FIRST},
        {"headline": "no text here"},
        {"content": "", "article": SECOND},
        {"text": "\x00\x1b[31m\u2028\ufeff" + FIRST, "id": 1.5},
        {"text": "x" * 3000},
    ]
    good = [record for record in odd if record is not odd[0]]
    lines = "".join(json.dumps(record) + "\n" for record in good).encode()
    flags = ["--max-record-size", "2K", "--input-format", "jsonl", "-f", "json"]
    expected = cli("scan", "-", *flags, stdin=json_as_we_write_it(good))
    findings = twicetold.scan(good, max_record_size="2K")
    assert findings.to_json().encode() == expected
    assert [problem.kind for problem in findings.problems] == ["no-text", "no-text", "no-text", "too-large"]
    assert lines


def json_as_we_write_it(records: list[object]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def test_texts_and_pairs() -> None:
    texts = [FIRST, SECOND]
    of_texts = twicetold.scan(texts)
    assert [(d.name, d.path, d.record) for d in of_texts.documents] == [("-#1", "-", 1), ("-#2", "-", 2)]
    assert of_texts.to_json() == twicetold.scan([{"text": text} for text in texts]).to_json()
    of_pairs = twicetold.scan(zip(["x", 2], texts, strict=True))
    assert [document.name for document in of_pairs.documents] == ["x", "2"]
    assert of_pairs.to_json() == twicetold.scan([{"id": "x", "text": FIRST}, {"id": 2, "text": SECOND}]).to_json()


def test_nothing_is_skipped_in_silence() -> None:
    with pytest.warns(twicetold.InputWarning, match="3 problems"):
        findings = twicetold.scan([FIRST, None, float("nan"), "\ud800 is no text", SECOND])
    assert [(p.record, p.kind) for p in findings.problems] == [(2, "no-text"), (3, "no-text"), (4, "encoding")]
    assert findings.unread == 3
    assert [document.record for document in findings.documents] == [1, 5]


def test_nothing_at_all(cli: Cli) -> None:
    empty = twicetold.scan([])
    assert len(empty) == 0 and bool(empty)
    assert empty.to_json().encode() == cli("scan", "-", "--input-format", "jsonl", "-f", "json", stdin=b"")


@pytest.mark.parametrize("seed", range(4))
def test_threads_and_memory_change_nothing(seed: int, cli: Cli) -> None:
    words = random.Random(seed)
    sentence = [" ".join(words.choices("ab cd ef gh ij kl mn op qr st uv wx yz äö 東 京".split(), k=14)) + "." for _ in range(60)]
    texts = [" ".join(words.choices(sentence, k=9)) for _ in range(80)]
    expected = twicetold.scan(texts, threads=1).to_json()
    assert json.loads(expected)["families"]
    for threads in (2, 3, 8):
        assert twicetold.scan(texts, threads=threads).to_json() == expected
    alone = twicetold.scan(texts, level="document", threads=2).to_json()
    assert twicetold.scan(texts, level="document", threads=3, memory_limit="1M").to_json() == alone
    stdin = json_as_we_write_it([{"text": text} for text in texts])
    assert expected.encode() == cli("scan", "-", "--input-format", "jsonl", "-f", "json", stdin=stdin)


def test_a_corpus_that_does_not_fit_is_the_same(tmp_path: Path) -> None:
    texts = [f"{FIRST} {n} of many articles that were told on the quay {n} times" for n in range(300)]
    expected = twicetold.scan(texts).to_json()
    assert twicetold.scan(texts, memory_limit="1K", temp_dir=tmp_path).to_json() == expected
    assert not any(tmp_path.iterdir())


def test_the_warning_can_be_an_error_and_the_findings_are_there() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(twicetold.InputError, match="1 problem") as caught:
            twicetold.scan([FIRST, SECOND, None], on_input_error="fail")
    assert len(caught.value.findings) == 1
