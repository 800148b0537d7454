"""Documents, numbered as one machine would number them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlparse

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

#: Usual names of fields, the first that is there.
FIELDS = {
    "text": ("text", "body", "content", "article"),
    "id": ("id", "_id", "guid"),
    "title": ("title", "headline"),
    "date": ("date", "published", "pubDate", "created_at"),
    "source": ("source", "publisher", "site"),
    "url": ("url", "link"),
}
#: Ways to read input.
FORMATS = ("auto", "jsonl", "parquet", "text", "table")


@dataclass(frozen=True)
class Corpus:
    """Numbered documents: columns ``doc``, ``text``, ``date``, and whatever else they had."""

    frame: DataFrame
    work: str


def read(
    spark: SparkSession,
    path: str,
    *,
    work: str,
    format: str = "auto",
    fields: dict[str, str] | None = None,
) -> Corpus:
    """Reads JSON lines, Parquet or text files (one document each), or a table.

    Documents are numbered by the path of their file (part by part, byte by byte, as ``twicetold scan`` walks a folder) and
    their place in it. Of a table, which has no order of its own, by ``id``.
    """
    named = fields or {}
    if format == "auto":
        format = _format_of(path)
    if format == "table":
        table = _with_fields(spark.table(path), named)
        return number(table, order=["id"], work=work)
    if format == "parquet":
        frame = spark.read.parquet(path)
    elif format == "jsonl":
        wanted = dict.fromkeys([*named.values(), *(name for names in FIELDS.values() for name in names)])
        columns = dict.fromkeys(name.split(".")[0] for name in wanted)
        reader = spark.read.schema(", ".join(f"`{name}` string" for name in columns))
        frame = reader.json(path, recursiveFileLookup=True)
    elif format == "text":
        frame = spark.read.text(path, wholetext=True, recursiveFileLookup=True).withColumnRenamed("value", "text")
    else:
        raise ValueError(f"format {format!r} is not known: use one of {', '.join(FORMATS)}")
    place = [
        f.col("_metadata.file_path").alias("path"),
        f.col("_metadata.file_block_start").alias("block"),
    ]
    frame = _with_fields(frame.select("*", *place), named, ("path", "block")).where(f.col("text").isNotNull())
    # Numbered after what has no text is gone: a split's numbers have no gaps.
    kept = _kept(frame.withColumn("row", f.monotonically_increasing_id()), work, "documents")
    splits = kept.groupBy("path", "block").agg(f.min("row").alias("first"), f.count("*").alias("n")).collect()
    splits.sort(key=lambda split: (_parts(split["path"]), split["block"]))
    starts, total = [], 0
    for split in splits:
        starts.append((split["path"], split["block"], total - split["first"]))
        total += split["n"]
    _check(total)
    offsets = spark.createDataFrame(starts, "path string, block long, offset long")
    # The rows of a split are read by one task, one after another.
    numbered = kept.join(f.broadcast(offsets), ["path", "block"])
    numbered = numbered.withColumn("doc", f.col("row") + f.col("offset")).drop("block", "row", "offset")
    return Corpus(numbered, work)


def number(frame: DataFrame, *, order: Sequence[str], work: str) -> Corpus:
    """Numbers the rows of a DataFrame by columns that say their order, which must tell any two of them apart.

    It needs a column ``text``; ``date``, ``id`` and others are used where they are there.
    """
    ordered = frame.where(f.col("text").isNotNull()).repartitionByRange(*[f.col(name) for name in order])
    ordered = ordered.sortWithinPartitions(*order).withColumn("row", f.monotonically_increasing_id())
    kept = _kept(ordered, work, "documents")
    part = f.shiftright("row", 33)
    splits = kept.groupBy(part.alias("part")).agg(f.min("row").alias("first"), f.count("*").alias("n"))
    starts, total = [], 0
    for split in sorted(splits.collect(), key=lambda split: int(split["part"])):
        starts.append((split["part"], total - split["first"]))
        total += split["n"]
    _check(total)
    offsets = frame.sparkSession.createDataFrame(starts, "part long, offset long")
    numbered = kept.withColumn("part", part).join(f.broadcast(offsets), "part")
    numbered = numbered.withColumn("doc", f.col("row") + f.col("offset")).drop("part", "row", "offset")
    if "date" not in numbered.columns:
        numbered = numbered.withColumn("date", f.lit(None).cast("string"))
    return Corpus(numbered, work)


def _check(total: int) -> None:
    if 2**31 <= total:
        raise ValueError(f"{total} documents are more than 2^31 - 1: split the corpus")


def _kept(frame: DataFrame, work: str, name: str) -> DataFrame:
    """Numbers of rows hold for one reading only, so they are written down."""
    path = f"{work}/00-{name}"
    frame.sparkSession.sparkContext.setJobGroup("read", "twicetold: read")
    frame.write.mode("overwrite").parquet(path)
    return frame.sparkSession.read.schema(frame.schema).parquet(path)


def _format_of(path: str) -> str:
    name = path.rstrip("/").lower()
    for ending in (".gz", ".bz2", ".zst", ".xz"):
        name = name.removesuffix(ending)
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return "jsonl"
    if name.endswith(".parquet"):
        return "parquet"
    if name.endswith((".txt", ".text")):
        return "text"
    raise ValueError(f"the format of {path} cannot be told from its name: say which with --input-format")


def _with_fields(frame: DataFrame, named: dict[str, str], more: Sequence[str] = ()) -> DataFrame:
    """One column for each field, under its own name."""
    there = set(frame.columns)

    def field(name: str) -> Column:
        if name in named:
            column = f.col(named[name])
        else:
            columns = [f.col(f"`{known}`") for known in FIELDS[name] if known in there]
            if not columns:
                return f.lit(None).cast("string").alias(name)
            column = f.coalesce(*columns)
        # Numbers stay numbers: an order by them is one.
        return (column if name == "id" else column.cast("string")).alias(name)

    return frame.select(*[field(name) for name in FIELDS], *more)


def _parts(path: str) -> list[bytes]:
    """A path as folders are walked: part by part."""
    return [part.encode() for part in unquote(urlparse(path).path).split("/")]
