"""Steps of the Rust kernel as operations on DataFrames, and what is kept between them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

if TYPE_CHECKING:
    from pyspark import Broadcast

Settings = list[tuple[str, str]]

#: What is known of a pair that was counted.
COUNTED = "left long, right long, why int, near boolean, inside boolean, shared int, n_left int, n_right int"

#: The columns that each step gives.
SCHEMAS: Mapping[str, str] = {
    "units": "level int, unit long, words int, document_words int, start long, end long, time long, shingles int, "
    "digest binary, spelled string",
    "bands": "bucket long, unit long",
    "pairs": "bucket long, left long, right long",
    "large_pairs": "left long, right long",
    "rarity": "bucket long, counts binary",
    "add_counts": "bucket long, counts binary",
    "prefix": "bucket long, unit long, sketch binary",
    "prefix_pairs": "left long, right long",
    "asks": "bucket long",
    "holds": "bucket long, unit long, sketch binary, asks boolean",
    "holder_pairs": "left long, right long",
    "sampled": "bucket long, unit long, asks boolean, keys int, answers int, least long, size long",
    "asked": "bucket long",
    "answers": "bucket long, unit long, asks boolean, keys int, answers int, least long, size long",
    "holders": "small long, bucket long, holders long, keys int, answers int, least long, others string",
    "crowd_members": "bucket long, unit long",
    "crowd": COUNTED,
    "count": COUNTED,
    "told": "place long, shared int, fingerprint binary",
    "passage_texts": "bucket long, unit long, time long, words int, whole boolean, names binary, packed binary",
    "copies": "first long, unit long",
    "seeds": "bucket long, unit long, before long",
    "seed_pairs": "bucket long, left long, right long",
    "places": "unit long, places binary",
    "apart": "bucket long, unit long, apart binary, plain int",
    "waiting": "length int, places long",
    "frequent_pairs": "left long, right long",
    "links": "left long, right long, links binary",
    "compare": "left long, right long, at int, places string, span binary, runs binary",
    "asked_runs": "bucket long, left long, right long, at int",
    "runs": "bucket long",
    "words": "unit long, first int, words binary",
    "told_passages": "place long, start long, end long, around string, at int, spelled string",
}

#: Levels, by number; the last one is not one of units.
LEVELS = ("document", "paragraph", "sentence", "passage")
PASSAGE = 3


def native() -> Any:
    """The Rust module."""
    return importlib.import_module("twicetold._native")


@dataclass
class Job:
    """One run: where it runs, what it is told, and where it keeps what the next step reads."""

    spark: SparkSession
    settings: Settings
    #: A folder that all executors reach; every shuffle of consequence ends in it, so that a lost worker costs a stage.
    work: str
    #: Partitions of a shuffle; 0 leaves it to Spark.
    partitions: int = 0

    def __post_init__(self) -> None:
        self.plan = native().SparkPlan(self.settings)
        self._saved = 0

    def apply(
        self,
        frame: DataFrame,
        name: str,
        level: int = 0,
        number: int = 0,
        data: Broadcast[bytes] | None = None,
        more: Broadcast[bytes] | None = None,
    ) -> DataFrame:
        """Puts the records of each partition through a step."""
        settings = self.settings

        def run(batches: Iterator[Any]) -> Iterator[Any]:
            module = native()
            given = [None if known is None else known.value for known in (data, more)]
            step = module.SparkStep(name, module.SparkPlan(settings), level, number, *given)
            for batch in batches:
                yield from step.push(batch)
            yield from step.finish()

        return frame.mapInArrow(run, SCHEMAS[name])

    def buckets(self, frame: DataFrame, *by: str) -> DataFrame:
        """Brings buckets together, each in the order of some columns, or of its units, so that a step can stream them."""
        if self.partitions:
            dealt = frame.repartition(self.partitions, "bucket")
        else:
            dealt = frame.repartition("bucket")
        return dealt.sortWithinPartitions("bucket", *(by or ["unit"]))

    def saved(self, frame: DataFrame, name: str) -> DataFrame:
        """Writes records down and goes on from there: what was done before is not done again, whoever dies."""
        self._saved += 1
        path = f"{self.work}/{self._saved:02}-{name}"
        context = self.spark.sparkContext
        context.setJobGroup(name, f"twicetold: {name}")
        schema: StructType = frame.schema
        frame.write.mode("overwrite").parquet(path)
        return self.spark.read.schema(schema).parquet(path)

    def collected(self, frame: DataFrame, name: str) -> list[Any]:
        """Brings records to the driver, as Arrow batches."""
        self.spark.sparkContext.setJobGroup(name, f"twicetold: {name}, to the driver")
        batches: list[Any] = frame.toArrow().combine_chunks().to_batches()
        return batches

    def frame(self, batch: Any) -> DataFrame:
        """Hands a batch of the driver's to the cluster."""
        pyarrow = importlib.import_module("pyarrow")
        return self.spark.createDataFrame(pyarrow.Table.from_batches([batch]))
