"""Tables: Arrow, pandas, Polars and DuckDB, in and out."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import twicetold
from conftest import FIRST, RECORDS, SECOND, Cli

pytestmark = pytest.mark.filterwarnings("ignore::twicetold.InputWarning")
COLUMNS = ["id", "title", "date", "source", "url", "text"]


def table(text: pa.DataType | None = None) -> pa.Table:
    rows = {name: [record.get(name) for record in RECORDS] for name in COLUMNS}
    rows["id"] = [None if value is None else str(value) for value in rows["id"]]
    return pa.table({name: pa.array(values, pa.string()).cast(text or pa.string()) for name, values in rows.items()})


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "records.parquet"
    pq.write_table(table(), path)
    return path


FORMS: dict[str, Callable[[], Any]] = {
    "table": table,
    "large": lambda: table(pa.large_string()),
    "view": lambda: table(pa.string_view()),
    "dictionary": lambda: table(pa.dictionary(pa.int32(), pa.string())),
    "batch": lambda: table().combine_chunks().to_batches()[0],
    "reader": lambda: table().to_reader(max_chunksize=2),
    "chunks": lambda: pa.concat_tables([table().slice(0, 1), table().slice(1, 0), table().slice(1, 4), table().slice(5)]),
    "pandas": lambda: table().to_pandas(),
    "pandas-arrow": lambda: table().to_pandas(types_mapper=pd.ArrowDtype),
    "polars": lambda: pl.DataFrame(table()),
    "polars-chunks": lambda: pl.concat([pl.DataFrame(table().slice(0, 3)), pl.DataFrame(table().slice(3))], rechunk=False),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("level", [None, "document", "passage"])
def test_every_form_of_a_table_is_the_parquet_file(form: str, level: str | None, parquet: Path, cli: Cli) -> None:
    flags = ["--level", level] if level else []
    expected = cli("scan", parquet, "-f", "json", *flags)
    assert twicetold.scan(FORMS[form](), name="records.parquet", level=level).to_json().encode() == expected


def test_duckdb(parquet: Path, cli: Cli) -> None:
    relation = duckdb.sql(f"select * from '{parquet}'")
    assert twicetold.scan(relation, name="records.parquet").to_json().encode() == cli("scan", parquet, "-f", "json")


def test_numbers_dates_groups_and_names(tmp_path: Path, cli: Cli) -> None:
    moment = datetime.datetime(2024, 5, 1, 10, 30, tzinfo=datetime.timezone.utc)
    odd = pa.table(
        {
            "ID": pa.array([3, None], pa.uint64()),
            "pubDate": pa.array([moment, None], pa.timestamp("us", "UTC")),
            "story": pa.array([{"body": FIRST, "n": 1}, {"body": SECOND, "n": 2}]),
            "url": pa.array([1.5, None]),
            "source": pa.array([datetime.date(2024, 5, 1), None]),
        }
    )
    path = tmp_path / "odd.parquet"
    pq.write_table(odd, path)
    expected = cli("scan", path, "-f", "json", "--field", "text=story.body")
    findings = twicetold.scan(odd, field={"text": "story.body"}, name="odd.parquet")
    assert findings.to_json().encode() == expected
    first = findings.documents[0]
    assert (first.name, first.date, first.url, first.source) == ("3", "2024-05-01T10:30:00Z", None, "2024-05-01")


def test_a_column_alone_is_the_texts() -> None:
    expected = twicetold.scan([FIRST, None, SECOND]).to_json()
    column = pa.chunked_array([[FIRST, None], [SECOND]])
    for texts in (column, column.combine_chunks(), pl.Series(column), column.cast(pa.string_view())):
        assert twicetold.scan(texts).to_json() == expected


def test_groups_that_are_null() -> None:
    rows = pa.array([{"text": FIRST}, None, {"text": SECOND}], pa.struct([("text", pa.string())]))
    assert twicetold.scan(pa.table({"story": rows}), field="text=story.text").unread == 1
    assert twicetold.scan(rows).to_json() == twicetold.scan([FIRST, None, SECOND]).to_json()


def test_a_table_without_texts_is_refused() -> None:
    with pytest.raises(twicetold.SettingError, match=r"field: .*`words`.*field=\{"):
        twicetold.scan(pa.table({"words": ["a"]}))
    with pytest.raises(twicetold.SettingError, match="`story`"):
        twicetold.scan(table(), field={"text": "story"})


def test_texts_that_are_no_texts_are_listed() -> None:
    assert [p.kind for p in twicetold.scan(pa.table({"text": [[1], None]})).problems] == ["no-text"] * 2
    assert [p.kind for p in twicetold.scan(pa.table({"text": [b"\xff", b"fine"]})).problems] == ["encoding"]
    assert [p.kind for p in twicetold.scan(pa.table({"text": pa.nulls(2)})).problems] == ["no-text"] * 2


def test_a_stream_that_fails_is_an_error() -> None:
    def batches() -> Any:
        yield pa.record_batch({"text": [FIRST]})
        raise ValueError("the well is dry")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("text", pa.string())]), batches())
    with pytest.raises(twicetold.InputError, match="the well is dry"):
        twicetold.scan(reader)


def test_findings_are_tables() -> None:
    findings = twicetold.scan(table(), name="t")
    rows = pa.table(findings)
    assert rows.num_rows == sum(len(family) for family in findings)
    assert rows["text"].to_pylist() == [place.text for family in findings for place in family.occurrences]
    assert pl.DataFrame(findings).height == rows.num_rows
    assert rows.to_pandas()["family"].nunique() == len(findings)
    for name in ("occurrences", "families", "pairs", "documents", "problems"):
        out = findings.to_arrow(name)
        assert len(out) == out.to_pyarrow().num_rows == len(out.to_pandas()) == out.to_polars().height == len(out.to_pylist())
        out.to_pyarrow().validate(full=True)
    assert len(findings.to_arrow("families")) == len(findings)
    assert len(findings.to_arrow("pairs")) == len(findings.pairs) > 0
    assert findings.to_arrow("pairs").to_pylist()[0]["similarity"] == findings.pairs[0].similarity
    assert findings.to_arrow("problems").to_pylist()[0]["kind"] == "no-text"
    assert duckdb.sql("select count(*) from rows").fetchall() == [(rows.num_rows,)]
    with pytest.raises(twicetold.SettingError, match="rows"):
        findings.to_arrow("columns")
