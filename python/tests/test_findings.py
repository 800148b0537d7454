"""The objects of findings say what the JSON report says."""

from __future__ import annotations

import json

import pytest
import twicetold
from conftest import FIRST, RECORDS, SECOND, TOLD

pytestmark = pytest.mark.filterwarnings("ignore::twicetold.InputWarning")


@pytest.fixture(scope="module")
def findings() -> twicetold.Findings:
    return twicetold.scan(RECORDS)


def test_families_are_those_of_the_report(findings: twicetold.Findings) -> None:
    report = json.loads(findings.to_json())
    assert len(findings) == len(findings.families) == len(report["families"]) > 1
    for family, told in zip(findings.families, report["families"], strict=True):
        for key in ("fingerprint", "level", "kind", "scope", "words", "similarity", "keeper", "state"):
            assert getattr(family, key) == told[key], key
        assert family.class_ == told.get("class") and family.suppressed_by is None
        assert len(family) == len(family.occurrences) == len(told["occurrences"])
        for place, there in zip(family.occurrences, told["occurrences"], strict=True):
            for key in ("start", "end", "line", "column", "end_line", "words", "similarity", "shared_words", "text"):
                assert getattr(place, key) == there[key], key
            assert place.document.id == there["document"]
        assert family.kept.start == family.occurrences[family.keeper].start
    for document in report["documents"]:
        there = next(there for there in findings.documents if there.id == document["id"])
        for key in ("name", "path", "record", "title", "date", "source", "url", "bytes", "words"):
            assert getattr(there, key) == document[key], key
    assert findings.summary == report["summary"]
    assert findings.settings == report["settings"]
    problems = [{key: getattr(problem, key) for key in ("path", "record", "line", "kind", "message")} for problem in findings.problems]
    assert problems == report["problems"]


def test_bytes_and_characters_are_the_same_places(findings: twicetold.Findings) -> None:
    differ = False
    for family in findings:
        for place in family.occurrences:
            text = place.document.text
            assert text is not None
            assert text[place.char_start : place.char_end] == place.text
            assert text.encode()[place.start : place.end].decode() == place.text
            differ |= place.start != place.char_start
    assert differ


def test_pairs_are_those_of_the_format(findings: twicetold.Findings) -> None:
    rows = [line.split("\t") for line in findings.render("pairs").splitlines()]
    assert len(rows) == len(findings.pairs) > 0
    for row, pair in zip(rows, findings.pairs, strict=True):
        assert row[0] == pair.level and float(row[3]) == pair.similarity
        assert row[1].startswith(pair.left.name) and row[2].startswith(pair.right.name)
        assert 0 < pair.shared <= pair.union
        assert pair.left_span[0] < pair.left_span[1]


def test_sequences(findings: twicetold.Findings) -> None:
    families = findings.families
    assert [f.fingerprint for f in families] == [f.fingerprint for f in findings] == [f.fingerprint for f in families[:]]
    assert families[-1].fingerprint == families[len(families) - 1].fingerprint
    assert [f.fingerprint for f in families[::-1]] == [f.fingerprint for f in families][::-1]
    assert len(findings.pairs[1:]) == len(findings.pairs) - 1
    for sequence in (families, findings.pairs, twicetold.scan([]).pairs):
        with pytest.raises(IndexError):
            sequence[len(sequence)]
        with pytest.raises(TypeError):
            sequence["a"]  # type: ignore[index]
    assert list(twicetold.scan([]).pairs) == twicetold.scan([]).pairs[:] == []


def test_what_is_said_of_things(findings: twicetold.Findings) -> None:
    things = [findings, findings.families, findings.pairs, findings.families[0], findings.pairs[0], findings.problems[0]]
    things += [findings.families[0].kept, findings.documents[0], findings.to_arrow()]
    assert all("twicetold." in repr(thing) or repr(thing)[1].isdigit() for thing in things)
    assert findings.documents[0] == findings.documents[0] != findings.documents[1]
    assert len({findings.documents[0], findings.documents[0]}) == 1
    assert findings.command == "scan" and findings.passages == []


def test_texts_can_be_left_out(findings: twicetold.Findings) -> None:
    assert TOLD in findings.to_json() and TOLD not in findings.to_json(no_text=True)
    assert json.loads(findings.to_json(no_text=True))["families"][0]["occurrences"][0]["text"] is None


def test_findings_outlive_what_they_came_of() -> None:
    place = twicetold.scan([FIRST, SECOND]).families[0].occurrences[1]
    assert place.text == TOLD and place.document.text == SECOND
