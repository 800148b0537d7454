"""Repeated text in corpora that have outgrown one machine: Apache Spark carries the records, the Rust kernel inside its
executors reads, sketches and counts them.

>>> from twicetold import spark                                               # doctest: +SKIP
>>> documents = spark.read(session, "s3://news/2026/", work="s3://scratch/a")  # doctest: +SKIP
>>> found = spark.scan(documents, level="document,paragraph")                  # doctest: +SKIP
>>> found.families.write.parquet("s3://news/families")                         # doctest: +SKIP

What is found is what ``twicetold scan`` finds with the same settings, family for family. ``docs/scale.md`` says when that is worth a cluster, and how to size one.
"""

from ._documents import Corpus, number, read
from ._scan import Result, scan

__all__ = ["Corpus", "Result", "number", "read", "scan"]
