"""``python -m twicetold.spark INPUT OUTPUT``, and what ``spark-submit`` runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession

from . import read, scan
from ._documents import FIELDS, FORMATS

#: Settings of ``twicetold scan`` that are flags here too.
SETTINGS = (
    "profile",
    "threshold",
    "shingle",
    "min-words",
    "containment",
    "containment-words",
    "lanes",
    "seed",
    "keep",
)


def parser() -> argparse.ArgumentParser:
    """The flags; words that ``twicetold scan`` has mean the same here."""
    made = argparse.ArgumentParser(
        prog="python -m twicetold.spark",
        description="Finds repeated documents, paragraphs, sentences and passages of a corpus on an Apache Spark cluster.",
        epilog="With spark-submit, --master and --conf stand before the path of this package's __main__.py.",
    )
    made.add_argument("input", metavar="INPUT", help="files, a folder or a pattern that Spark can read, or a table")
    made.add_argument("output", metavar="OUTPUT", help="a folder for families/, pairs/ and documents/")
    made.add_argument("--level", default="document", help="document, paragraph, sentence, passage; several with commas between")
    for name in SETTINGS:
        made.add_argument(f"--{name}", help="as in twicetold scan")
    made.add_argument("--input-format", default="auto", choices=FORMATS)
    made.add_argument("--field", action="append", default=[], metavar="FIELD=NAME", help="such as text=body")
    made.add_argument("-f", "--format", default="parquet", choices=("parquet", "json"), help="of what is written")
    made.add_argument("--pairs", action="store_true", help="write every verified pair too")
    made.add_argument("--deduplicated", action="store_true", help="write the documents without repeats too")
    made.add_argument("--work", help="a folder that all executors reach (default: OUTPUT/_work, removed at the end)")
    made.add_argument("--partitions", type=int, default=0, help="partitions of a shuffle of buckets")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; what it says goes to standard error."""
    asked = parser().parse_args(arguments)
    fields = {}
    for field in asked.field:
        name, _, column = field.partition("=")
        if name not in FIELDS or not column:
            parser().error(f"--field {field}: write one of {', '.join(FIELDS)}, =, and the name it has in the input")
        fields[name] = column
    settings = {name: getattr(asked, name.replace("-", "_")) for name in SETTINGS}
    settings = {name: value for name, value in settings.items() if value is not None}
    spark = SparkSession.builder.appName("twicetold").getOrCreate()
    work = asked.work or f"{asked.output.rstrip('/')}/_work"
    try:
        corpus = read(spark, asked.input, work=work, format=asked.input_format, fields=fields)
        found = scan(corpus, level=asked.level, settings=settings, partitions=asked.partitions)
        _write(found.families, asked.output, "families", asked.format)
        if asked.pairs:
            _write(found.pairs, asked.output, "pairs", asked.format)
        if asked.deduplicated:
            _write(found.deduplicated, asked.output, "documents", asked.format)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        if asked.work is None:
            _remove(spark, work)
    for level, times in found.cut.items():
        if level == "passage":
            print(f"note: passage: {times} times more was shared than is followed; passages may be missing", file=sys.stderr)
            continue
        print(
            f"note: {level}: {times} units met more partners in one place than are looked at; "
            "similar copies of very frequent texts may be missing",
            file=sys.stderr,
        )
    families = len(set(found.table.column("family").to_pylist()))
    print(f"{families} families, {found.table.num_rows} occurrences", file=sys.stderr)
    return 0


def _write(frame: DataFrame, output: str, name: str, format: str) -> None:
    frame.sparkSession.sparkContext.setJobGroup("write", f"twicetold: write {name}")
    frame.write.mode("overwrite").format(format).save(f"{output.rstrip('/')}/{name}")


def _remove(spark: SparkSession, folder: str) -> None:
    """Removes what was kept between the steps, wherever it is."""
    java = spark.sparkContext._jvm
    assert java is not None, "a driver has a Java side"
    path = java.org.apache.hadoop.fs.Path(folder)
    path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()).delete(path, True)


if __name__ == "__main__":
    sys.exit(main())
