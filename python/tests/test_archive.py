"""The archive, through Python and the command line at once."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
import twicetold
from conftest import FIRST, FIXTURES, SECOND, TOLD, Cli
from twicetold import Archive


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seen.twicetold"


def test_what_was_added_is_found_again(path: Path, tmp_path: Path, cli: Cli) -> None:
    with Archive.create(path) as archive:
        added = archive.add([{"id": "first", "text": FIRST, "date": "2024-05-01"}, {"id": "first", "text": FIRST, "date": "2024-05-01"}])
        assert (added.added, added.known, added.problems) == (1, 1, [])
        assert len(archive) == 1 and archive.keeps_texts and not archive.closed
        findings = archive.check([("second", SECOND)])
        assert findings.command == "check" and findings.fails
        (family,) = findings.families
        assert (family.scope, [place.document.name for place in family.occurrences]) == ("archive", ["first", "second"])
        assert {place.text for place in family.occurrences} == {TOLD}
        archive.verify()
        assert archive.stats()["documents"] == 1
        assert archive.documents()[0]["text"] == FIRST
    assert archive.closed
    incoming = tmp_path / "in.jsonl"
    incoming.write_text(json.dumps({"id": "second", "text": SECOND}) + "\n")
    expected = cli("check", incoming, "--index", path, "-f", "json", codes=(1,))
    with Archive.open(path) as archive:
        assert archive.check(incoming).to_json().encode() == expected
        assert archive.check([{"id": "second", "text": SECOND}], name="in.jsonl").to_json().encode() == expected


def test_files_are_added_as_the_command_line_adds_them(path: Path, tmp_path: Path, cli: Cli) -> None:
    other = tmp_path / "other.twicetold"
    cli("index", "create", other, FIXTURES / "sample", "--min-words", "5")
    with Archive.create(path, min_words=5) as archive:
        archive.add(FIXTURES / "sample")
        assert archive.settings["min_words"] == "document=5,paragraph=5,sentence=5,passage=5"
    assert cli("index", "export", path) == cli("index", "export", other)
    assert cli("index", "list", path) == cli("index", "list", other)


def test_what_passes_is_added(path: Path) -> None:
    with Archive.create(path) as archive:
        archive.add([FIRST])
        archive.check([("copy", SECOND), ("new", "Nothing of this has been told before by anybody at all.")], add="passing")
        assert [document["name"] for document in archive.documents()] == ["-#1", "new"]
        archive.check([("copy", SECOND)], add="all", fail_on="none")
        assert len(archive) == 3
        assert archive.remove(names=["copy", "nobody"]) == 1
        archive.add([{"id": "old", "text": "Old news.", "date": "1999-01-01"}])
        assert archive.remove(before="2000-01-01") == 1
        archive.compact()
        assert len(archive) == 2


def test_an_archive_without_texts(path: Path) -> None:
    with Archive.create(path, no_text=True) as archive:
        archive.add([("first", FIRST)])
        assert not archive.keeps_texts and archive.documents()[0]["text"] is None
        (family,) = archive.check([SECOND])
        assert [place.text for place in family.occurrences] == [None, TOLD]


def test_other_files_beside_it(path: Path, tmp_path: Path) -> None:
    (tmp_path / "beside.txt").write_text(FIRST)
    with Archive.create(path) as archive:
        assert len(archive.check([SECOND])) == 0
        assert len(archive.check([SECOND], against=[tmp_path / "beside.txt"])) == 1


def test_trouble_is_told(path: Path) -> None:
    with pytest.raises(twicetold.ArchiveError, match="seen"):
        Archive.open(path)
    with Archive.create(path) as archive:
        with pytest.raises(twicetold.ArchiveError, match="seen"):
            Archive.create(path)
        with pytest.raises(twicetold.ArchiveError, match="lanes"):
            archive.check([FIRST], lanes=64)
        with pytest.raises(twicetold.SettingError, match="add"):
            archive.check([FIRST], add="some")
        with pytest.raises(twicetold.SettingError, match="names"):
            archive.remove()
        with pytest.raises(twicetold.SettingError, match="before"):
            archive.remove(before="some day")
        with pytest.raises(twicetold.InputError, match="1 problem"):
            archive.check([FIRST, None])
        assert len(archive.add([FIRST, None]).problems) == 1
    archive.close()
    with pytest.raises(twicetold.ArchiveError, match="closed"):
        archive.check([FIRST])
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(twicetold.ArchiveError):
        Archive.open(path).verify()


def test_nothing_is_added_when_the_source_fails(path: Path) -> None:
    import pyarrow as pa

    def batches(good: int) -> object:
        for _ in range(good):
            yield pa.record_batch({"text": [FIRST]})
        raise ValueError("dry")

    with Archive.create(path) as archive:
        for good in (0, 1, 40):
            reader = pa.RecordBatchReader.from_batches(pa.schema([("text", pa.string())]), batches(good))
            with pytest.raises(twicetold.InputError, match="dry"):
                archive.add(reader)
            if archive.closed:
                archive = Archive.open(path)
    with Archive.open(path) as archive:
        archive.verify()
        assert len(archive) == 0


def test_many_threads_share_one_archive(path: Path) -> None:
    with Archive.create(path) as archive:
        archive.add([FIRST])
        found: list[int] = []
        threads = [threading.Thread(target=lambda: found.append(len(archive.check([SECOND])))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [1] * 6
