"""A whole run: documents in, families out."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from . import _passages
from ._documents import Corpus
from ._level import NEAR, Level, Search, count
from ._passages import Passages
from ._steps import LEVELS, PASSAGE, Job, native

#: Arrow batches of so many records keep two texts of some kilobytes each within tens of megabytes.
RECORDS = "2048"


@dataclass(frozen=True)
class Result:
    """What was found."""

    #: A row for each occurrence: ``family``, ``fingerprint``, ``level``, ``kind``, ``class``, ``document``, ``start``, ``end``,
    #: ``first_word``, ``words``, ``keeper``, ``same``, ``similarity``, ``shared_words``, and ``path`` and ``id`` of the document.
    #: Families are numbered worst first.
    families: DataFrame
    #: Every verified pair of units, none of passages: ``level``, ``left_document``, ``left_start``, ``left_end``, the same of ``right``, ``similarity``, ``same``.
    pairs: DataFrame
    #: The documents without those that a document-level family says are told elsewhere.
    deduplicated: DataFrame
    #: For each level how often candidates of very frequent texts were cut short; for passages in how many pairs of documents, and in how
    #: many places of text over a handful of words, something may be missing; as ``twicetold scan`` says in problems.
    cut: Mapping[str, int]
    #: The families as one Arrow table on the driver.
    table: Any


def scan(
    corpus: Corpus,
    *,
    level: str = "document",
    settings: Mapping[str, str] | None = None,
    partitions: int = 0,
) -> Result:
    """Finds the repeats among documents, as ``twicetold scan --level …`` does.

    ``settings`` are those of the command line by name: ``{"threshold": "document=0.7"}``.
    """
    spark = corpus.frame.sparkSession
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", RECORDS)
    layers = [("level", level), *(settings or {}).items()]
    job = Job(spark, layers, corpus.work, partitions)
    documents = corpus.frame.select("doc", "text", "date")
    of_units = documents if job.plan.levels() else documents.limit(0)
    units = job.saved(job.apply(of_units, "units"), "units")
    levels = [Search(job, number, units).found() for number in job.plan.levels()]
    passages = _passages.Search(job, documents).found() if job.plan.passages() else None
    table, gone, is_cut = _families(job, units, levels, passages, documents)
    cut = {LEVELS[found.number]: found.cut for found in levels if found.cut}
    if passages is not None and (passages.cut or is_cut):
        cut[LEVELS[PASSAGE]] = passages.cut + int(is_cut)
    return Result(
        families=_named(job, table, corpus.frame),
        pairs=_pairs(job, units, levels),
        deduplicated=_deduplicated(job, gone, corpus.frame),
        cut=cut,
        table=table,
    )


def _families(
    job: Job, units: DataFrame, levels: list[Level], passages: Passages | None, documents: DataFrame
) -> tuple[Any, Any, bool]:
    """Gathers repeats, counts and spans on the driver. What the rule asks for beside them is counted on the cluster, in rounds. Also says
    which documents they do not keep, and whether grouping passages took too many steps."""
    families = native().SparkFamilies(job.plan)
    for found in levels:
        name = f"families-{found.number}"
        ends = found.repeats.select("unit").union(found.repeats.select("first"))
        for side in ("left", "right"):
            ends = ends.union(found.counted.select(side))
        known = units.where(f.col("level") == found.number).join(ends.distinct(), "unit", "left_semi")
        known = known.select("unit", "words", "start", "end", "document_words", "time")
        for add, frame in (
            (families.add_units, known),
            (families.add_repeats, found.repeats),
            (families.add_pairs, found.counted),
        ):
            for batch in job.collected(frame, name):
                add(found.number, batch)
    if passages is not None:
        _passages.add(job, families, passages)
    while True:
        wanted = families.wanted()
        if wanted.num_rows == 0:
            break
        _answer(job, units, families, wanted)
    places = families.places()
    if places.num_rows == 0:
        return _told(families, [])
    texts = units.select("level", "unit", "spelled")
    keepers = texts.select("level", f.col("unit").alias("keeper"), f.col("spelled").alias("keeper_spelled"))
    frame = job.frame(places)
    both = frame.join(texts, ["level", "unit"]).join(keepers, ["level", "keeper"])
    told = job.apply(both.select("place", "level", "same", "keeper_spelled", "spelled"), "told")
    for name, kind in (("start", "long"), ("end", "long"), ("around", "string"), ("at", "int")):
        told = told.withColumn(name, f.lit(None).cast(kind))
    if passages is not None:
        told = told.unionByName(_passages.told(job, frame, documents))
    told = job.saved(told, "told")
    return _told(families, job.collected(told, "told"))


def _answer(job: Job, units: DataFrame, families: Any, wanted: Any) -> None:
    """One round."""
    frame = job.frame(wanted).withColumn("why", f.lit(NEAR))
    for number in sorted({level.as_py() for level in wanted.column("level")}):
        texts = units.where(f.col("level") == number)
        pairs = frame.where(f.col("level") == number).select("left", "right", "why")
        counted = count(job, texts, pairs, number, everything=True)
        for batch in job.collected(counted, "rounds"):
            families.answer(number, batch)


def _told(families: Any, looked: list[Any]) -> tuple[Any, Any, bool]:
    made, gone = families.families(looked)
    return _table(made), gone, bool(families.is_cut())


def _table(batch: Any) -> Any:
    return importlib.import_module("pyarrow").Table.from_batches([batch])


def _named(job: Job, table: Any, documents: DataFrame) -> DataFrame:
    columns = [name for name in ("path", "id", "title", "url") if name in documents.columns]
    names = documents.select(f.col("doc").alias("document"), *columns)
    return job.spark.createDataFrame(table).join(names, "document", "left").orderBy("family", "document", "start")


def _pairs(job: Job, units: DataFrame, levels: list[Level]) -> DataFrame:
    """Every verified pair in bytes: equal units with the first of them, others through their firsts."""
    every = None
    for found in levels:
        places = units.where(f.col("level") == found.number).select("unit", "start", "end")
        same = found.repeats.select(
            f.col("first").alias("left"), f.col("unit").alias("right"), f.lit(1.0).alias("similarity")
        )
        # Cut, not rounded, and 1 is for the same words only.
        cut = "shared * 1000000L div (n_left + n_right - shared)"
        score = f.expr(f"least({cut}, 999999) / 1000000D").alias("similarity")
        near = found.counted.where("near").select("left", "right", score)
        both = same.withColumn("same", f.lit(True)).unionByName(near.withColumn("same", f.lit(False)))
        for side in ("left", "right"):
            of = places.select(
                f.col("unit").alias(side),
                f.shiftright("unit", 32).alias(f"{side}_document"),
                f.col("start").alias(f"{side}_start"),
                f.col("end").alias(f"{side}_end"),
            )
            both = both.join(of, side)
        told = both.select(
            f.lit(LEVELS[found.number]).alias("level"),
            *[f"{side}_{part}" for side in ("left", "right") for part in ("document", "start", "end")],
            "similarity",
            "same",
        )
        every = told if every is None else every.unionByName(told)
    if every is None:
        sides = ", ".join(f"{side}_{part} long" for side in ("left", "right") for part in ("document", "start", "end"))
        return job.spark.createDataFrame([], f"level string, {sides}, similarity double, same boolean")
    return every


def _deduplicated(job: Job, gone: Any, documents: DataFrame) -> DataFrame:
    """Leaves out the documents that ``twicetold dedup`` takes out."""
    return documents.join(job.frame(gone), "doc", "left_anti")
