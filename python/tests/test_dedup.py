"""A corpus without what it tells again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import twicetold
from conftest import FIRST, FIXTURES, RECORDS, SECOND, Cli

pytestmark = pytest.mark.filterwarnings("ignore::twicetold.InputWarning")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("level", [None, "document,paragraph,sentence,passage"])
def test_folders_become_what_the_command_line_makes_of_them(level: str | None, tmp_path: Path, cli: Cli) -> None:
    flags = ["--level", level] if level else []
    cli("dedup", FIXTURES / "sample", "-o", tmp_path / "expected", *flags)
    deduped = twicetold.dedup(FIXTURES / "sample", tmp_path / "out", level=level)
    assert tree(tmp_path / "out") == tree(tmp_path / "expected") != {}
    assert (tmp_path / "out.ledger.jsonl").read_bytes() == (tmp_path / "expected.ledger.jsonl").read_bytes()
    assert deduped.removed_documents + deduped.removed_spans > 0
    assert deduped.ledger == tmp_path / "out.ledger.jsonl" and deduped.kept is None
    cli("dedup", "--restore", deduped.ledger, tmp_path / "out", "-o", tmp_path / "back")
    shutil.copytree(FIXTURES / "sample", tmp_path / "before", ignore=lambda *_: [".expected.toml"])
    assert tree(tmp_path / "back") == tree(tmp_path / "before")


def test_one_file_becomes_one_file(jsonl: Path, tmp_path: Path, cli: Cli) -> None:
    cli("dedup", jsonl, "-o", tmp_path / "expected.jsonl", "--ledger", tmp_path / "expected.csv")
    deduped = twicetold.dedup(jsonl, tmp_path / "out.jsonl", ledger=tmp_path / "out.csv")
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "expected.jsonl").read_bytes()
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "expected.csv").read_bytes()
    assert (deduped.documents, deduped.removed_documents) == (6, 1)
    # What was there is not written over.
    with pytest.raises(twicetold.InputError, match="something already"):
        twicetold.dedup(jsonl, tmp_path / "out.jsonl")
    with pytest.raises(twicetold.InputError, match="lie in"):
        twicetold.dedup(tmp_path, tmp_path / "inside")
    dry = twicetold.dedup(jsonl)
    assert (dry.removed_documents, dry.output, dry.ledger) == (1, None, None)
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_records_that_stay_are_the_same_objects() -> None:
    deduped = twicetold.dedup(iter(RECORDS))
    assert deduped.removed == [3]
    assert [id(record) for record in deduped.kept] == [id(record) for at, record in enumerate(RECORDS) if at != 3]
    assert (deduped.documents, deduped.removed_documents, deduped.removed_bytes) == (6, 1, len(FIRST))
    assert twicetold.dedup([FIRST, None, FIRST, SECOND]).kept == [FIRST, None, SECOND]
    assert twicetold.dedup([]).kept == []
    assert twicetold.dedup([FIRST, SECOND], keep="longest").removed == []


def test_rows_that_stay_keep_all_their_columns() -> None:
    table = pa.table({"text": [FIRST, None, FIRST, SECOND], "n": [0, 1, 2, 3], "list": [[1], None, [], [2]]})
    for source in (table, table.to_reader(max_chunksize=1), pa.concat_tables([table.slice(0, 3), table.slice(3)])):
        deduped = twicetold.dedup(source)
        assert deduped.removed == [2]
        kept = pa.table(deduped.kept)
        assert kept.schema == table.schema
        assert kept.to_pylist() == [row for at, row in enumerate(table.to_pylist()) if at != 2]
    assert twicetold.dedup(pl.DataFrame(table)).kept.to_polars()["n"].to_list() == [0, 1, 3]
    frame: Any = pd.DataFrame({"text": [FIRST, FIRST]}, index=[5, 9])
    assert len(twicetold.dedup(frame).kept.to_pandas()) == 1
    assert twicetold.dedup(table["text"]).kept.to_pyarrow()["text"].to_pylist() == [FIRST, None, SECOND]


def test_what_stays_is_what_the_command_line_keeps(jsonl: Path, cli: Cli, tmp_path: Path) -> None:
    cli("dedup", jsonl, "-o", tmp_path / "out.jsonl")
    kept = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert twicetold.dedup(RECORDS).kept == kept


def test_what_cannot_be_done_is_refused(tmp_path: Path) -> None:
    for source in ([FIRST], pa.table({"text": [FIRST]})):
        with pytest.raises(twicetold.SettingError, match="level"):
            twicetold.dedup(source, level="sentence")
        with pytest.raises(twicetold.SettingError, match="output"):
            twicetold.dedup(source, tmp_path / "out")
    with pytest.raises(twicetold.InputError, match="ledger"):
        twicetold.dedup(FIXTURES / "sample", tmp_path / "out", ledger=tmp_path / "out" / "l.jsonl")
    with pytest.raises(twicetold.InputError, match="ends in"):
        twicetold.dedup(FIXTURES / "sample", tmp_path / "out", ledger=tmp_path / "l.txt")
    assert list(tmp_path.iterdir()) == []
