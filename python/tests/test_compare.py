"""Two documents."""

from __future__ import annotations

from pathlib import Path

import pytest
import twicetold
from conftest import FIRST, FIXTURES, SECOND, TOLD, Cli

SAMPLE = FIXTURES / "sample"


@pytest.mark.parametrize("format", ["json", "human", "csv", "pairs"])
def test_files_are_compared_as_the_command_line_does(format: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLE)
    names = "wire-storm.txt", "coast-herald-storm.txt"
    findings = twicetold.compare(*map(Path, names))
    assert len(findings) > 0
    assert findings.render(format).encode() == cli("compare", *names, "-f", format)


def test_texts_are_compared() -> None:
    findings = twicetold.compare(FIRST, SECOND)
    (family,) = findings.families
    assert [place.document.path for place in family.occurrences] == ["a", "b"]
    assert {place.text for place in family.occurrences} == {TOLD}
    (passage,) = findings.passages
    assert FIRST[slice(*passage.left_span)] == SECOND[slice(*passage.right_span)] == TOLD
    assert (passage.kind, passage.similarity, passage.reordered) == ("exact", 1.0, False)
    assert TOLD.split()[3] in findings.render()
    assert twicetold.compare({"text": FIRST}, ("x", SECOND), level="document").passages == []


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text('{"text":"a"}\n{"text":"b"}\n')
    for other in ("text", SAMPLE / "wire-storm.txt", many):
        with pytest.raises(twicetold.InputError, match="one document"):
            twicetold.compare(many, other)
    with pytest.raises(twicetold.InputError, match="no text"):
        twicetold.compare("text", None)
    with pytest.raises(TypeError, match="no document"):
        twicetold.compare("text", 3)  # type: ignore[arg-type]
