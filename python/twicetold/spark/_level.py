"""One level: from distinct texts to counted pairs."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

from ._steps import Job, native

NEAR, INSIDE, LEFT_SAMPLED, RIGHT_SAMPLED, LEFT_ASKED, RIGHT_ASKED = 1, 2, 4, 8, 16, 32


@dataclass(frozen=True)
class Level:
    """What was found at one level."""

    number: int
    #: Units with the same words as one before them: ``first``, ``unit``.
    repeats: DataFrame
    #: Pairs of distinct texts: ``left``, ``right``, ``near``, ``inside``, ``shared``, ``n_left``, ``n_right``.
    counted: DataFrame
    #: How often candidates of very frequent texts were cut short.
    cut: int


class Search:
    """Finds the pairs of one level that are worth counting, and counts them."""

    def __init__(self, job: Job, number: int, units: DataFrame) -> None:
        self.job = job
        self.number = number
        self.cut = 0
        self.units = units.where(f.col("level") == number)

    def found(self) -> Level:
        """Walks the level."""
        job, units = self.job, self.units
        heads = units.groupBy("digest").agg(f.min("unit").alias("first"), f.count("*").alias("n"))
        heads = heads.where(f.col("n") > 1)
        repeats = units.select("unit", "digest").join(heads, "digest").where(f.col("unit") != f.col("first"))
        repeats = job.saved(repeats.select("first", "unit"), f"repeats-{self.number}")
        firsts = units.join(repeats.select("unit"), "unit", "left_anti")
        self.texts = job.saved(firsts.select("unit", "words", "shingles", "spelled"), f"texts-{self.number}")
        pairs = self._near()
        if self.number == 0:
            sampled, crowds = self._documents_inside()
            pairs = pairs.unionByName(sampled)
        else:
            pairs, crowds = pairs.unionByName(self._units_inside()), None
        reasons = pairs.where("left != right").groupBy("left", "right").agg(f.bit_or("why").alias("why"))
        counted = count(job, self.texts, job.saved(reasons, f"pairs-{self.number}"), self.number)
        if crowds is not None:
            counted = counted.unionByName(crowds)
        counted = job.saved(counted, f"counted-{self.number}")
        return Level(self.number, repeats, counted, self.cut)

    # Pairs that may be alike.

    def _near(self) -> DataFrame:
        near = self._by_prefix() if self._is_exact() else self._by_bands()
        return near.withColumn("why", f.lit(NEAR))

    def _is_exact(self) -> bool:
        if self.number == 0:
            return False
        total = self.texts.agg(f.count("*").alias("n"), f.coalesce(f.sum("shingles"), f.lit(0)).alias("shingles"))
        row = total.collect()[0]
        self.counts = self._rarity(int(row["shingles"]))
        return bool(self.job.plan.is_exact(self.number, int(row["n"]), int(row["shingles"])))

    def _by_bands(self) -> DataFrame:
        """Buckets of at most 32 make all pairs. A larger one is thinned, and how much a unit gets of it depends on how many
        large ones it was in before."""
        job = self.job
        keys = job.apply(self.texts, "bands", self.number)
        met = job.saved(job.apply(job.buckets(keys), "pairs", self.number), f"bands-{self.number}")
        large = met.where("right is null").select("bucket", f.col("left").alias("unit"))
        members = large.count()
        pairs = met.where("right is not null").select("left", "right")
        if members == 0:
            return pairs
        self.cut += members
        before = Window.partitionBy("unit").orderBy("bucket")
        rich = native().SPARK_LIMITS[1]
        large = large.withColumn("rich", f.row_number().over(before) <= rich)
        return pairs.unionByName(job.apply(job.buckets(large), "large_pairs", self.number))

    def _rarity(self, shingles: int) -> bytes:
        """How many units hold a shingle, near enough: two bytes for each of at most 2^25 places."""
        job = self.job
        counted = job.apply(self.texts, "rarity", self.number, shingles)
        summed = job.apply(job.buckets(counted, "counts"), "add_counts", self.number)
        piece = 2 << 12
        places = max(1 << 12, min(1 << 25, 1 << max(shingles - 1, 0).bit_length()))
        table = bytearray(2 * places)
        for batch in job.collected(summed, f"rarity-{self.number}"):
            for bucket, counts in zip(batch.column("bucket"), batch.column("counts"), strict=True):
                at = bucket.as_py() * piece
                table[at : at + piece] = counts.as_py()
        return bytes(table)

    def _by_prefix(self) -> DataFrame:
        job = self.job
        counts = job.spark.sparkContext.broadcast(self.counts)
        keys = job.apply(self.texts, "prefix", self.number, data=counts)
        return self._without_cut(job.apply(job.buckets(keys), "prefix_pairs", self.number), "prefix")

    def _without_cut(self, pairs: DataFrame, name: str) -> DataFrame:
        """Pairs, where a step also says how often it stopped early."""
        kept = self.job.saved(pairs, f"{name}-{self.number}")
        cut = kept.where("left < 0").agg(f.coalesce(f.sum("right"), f.lit(0)).alias("cut")).collect()
        self.cut += int(cut[0]["cut"])
        return kept.where("left >= 0")

    # Pairs of which one may contain the other.

    def _units_inside(self) -> DataFrame:
        job = self.job
        counts = job.spark.sparkContext.broadcast(self.counts)
        asked = job.apply(self.texts, "asks", self.number, data=counts).distinct()
        wanted = job.spark.sparkContext.broadcast(self._wanted(asked, f"asks-{self.number}"))
        holders = job.apply(self.texts, "holds", self.number, data=counts, more=wanted)
        pairs = self._without_cut(job.apply(job.buckets(holders), "holder_pairs", self.number), "holders")
        return pairs.withColumn("why", f.lit(INSIDE))

    def _wanted(self, buckets: DataFrame, name: str) -> bytes:
        pyarrow_batches = self.job.collected(buckets, name)
        if not pyarrow_batches:
            return bytes(8)
        return bytes(native().spark_wanted(pyarrow_batches[0]))

    def _documents_inside(self) -> tuple[DataFrame, DataFrame | None]:
        """Documents ask by samples of their shingles; those for which that says too little ask again by more of them."""
        job = self.job
        crowd = native().SPARK_LIMITS[0]
        wanted = job.plan.asks()
        keys = job.apply(self.texts, "sampled")
        # Who has to ask again at once is in a bucket of its own, -1.
        keys = job.saved(keys, "sampled")
        held = job.saved(job.apply(job.buckets(keys.where("bucket >= 0")), "holders"), "sample-holders")
        held = held.withColumn("few", f.col("holders") <= crowd)
        place = f.row_number().over(Window.partitionBy("small", "few").orderBy("bucket"))
        answered = held.withColumn("place", place).where(f"few and place <= {wanted}")
        sampled = self._pairs(answered, LEFT_SAMPLED, RIGHT_SAMPLED)
        sums = held.groupBy("small").agg(
            f.sum(f.col("few").cast("int")).alias("some"),
            f.sum((~f.col("few")).cast("int")).alias("crowds"),
            f.max("keys").alias("keys"),
        )
        unsure = f"some < {wanted} and crowds > 0 and (keys < 8 or keys <= 2 * (some + crowds))"
        short = sums.where(unsure).select(f.col("small").alias("unit"))
        short = short.union(keys.where("bucket < 0").select("unit"))
        short = job.saved(short.distinct(), "short")
        again, crowds = self._asked_again(short)
        return (sampled if again is None else sampled.unionByName(again)), crowds

    def _pairs(self, answered: DataFrame, left: int, right: int) -> DataFrame:
        """Everyone who asked with all who answered; the reason says which of the two is the smaller one."""
        pairs = answered.select("small", f.explode(f.split("others", " ")).alias("other"))
        pairs = pairs.select("small", f.col("other").cast("long").alias("other"))
        return pairs.select(
            f.least("small", "other").alias("left"),
            f.greatest("small", "other").alias("right"),
            f.when(f.col("small") < f.col("other"), left).otherwise(right).alias("why"),
        )

    def _asked_again(self, short: DataFrame) -> tuple[DataFrame | None, DataFrame | None]:
        job = self.job
        crowd = native().SPARK_LIMITS[0]
        texts = self.texts.join(short.withColumn("short", f.lit(True)), "unit", "left")
        asked = job.apply(texts.where("short"), "asked").distinct()
        wanted = self._wanted(asked, "asked")
        if not any(wanted):
            return None, None
        packed = job.spark.sparkContext.broadcast(wanted)
        answers = job.saved(job.apply(texts, "answers", data=packed), "answers")
        held = job.saved(job.apply(job.buckets(answers), "holders"), "holders")
        held = held.withColumn("few", f.col("holders") <= crowd)
        of_small = Window.partitionBy("small")
        # Too few of its keys are anyone's: it stands in nothing.
        held = held.withColumn("held", f.count("*").over(of_small)).where("keys < 8 or keys <= 2 * held")
        some = f.row_number().over(Window.partitionBy("small", "few").orderBy("bucket"))
        answered = held.withColumn("place", some).where("few and place <= answers")
        pairs = self._pairs(answered, LEFT_ASKED, RIGHT_ASKED)
        number_of = f.least(f.sum(f.col("few").cast("int")).over(of_small), f.col("answers"))
        by_size = f.row_number().over(Window.partitionBy("small", "few").orderBy("holders", "bucket"))
        crowds = held.withColumn("some", number_of).withColumn("place", by_size)
        crowds = crowds.where("not few and place <= answers - some").select("small", "bucket", "least")
        crowds = job.saved(crowds, "crowds")
        return pairs, None if crowds.isEmpty() else self._crowds(crowds, answers)

    def _crowds(self, crowds: DataFrame, answers: DataFrame) -> DataFrame:
        """Of each crowd the first members that are large enough are looked at, until enough fit. Most are looked at by nobody, and
        their texts stay where they are."""
        job = self.job
        least = crowds.groupBy("bucket").agg(f.min("least").alias("fewest"))
        large = answers.select("bucket", "unit", "size").join(least, "bucket").where("fewest <= size")
        members = job.saved(job.apply(job.buckets(large), "crowd_members"), "crowd-members")
        asking = crowds.select("bucket", f.col("small").alias("unit"), f.lit(True).alias("asks"))
        both = members.withColumn("asks", f.lit(False)).unionByName(asking)
        both = both.join(self.texts.select("unit", "spelled"), "unit")
        told = job.apply(job.buckets(both, "asks", "unit"), "crowd")
        return self._without_cut(told, "crowd-told").distinct()


def count(job: Job, texts: DataFrame, pairs: DataFrame, level: int, *, everything: bool = False) -> DataFrame:
    """Puts both texts beside each pair, and counts. Pairs that were worth it and are nothing come if everything is wanted."""
    left = texts.select(f.col("unit").alias("left"), f.col("spelled").alias("left_spelled"))
    right = texts.select(f.col("unit").alias("right"), f.col("spelled").alias("right_spelled"))
    both = pairs.join(left, "left").join(right, "right")
    columns = ["left", "right", "why", "left_spelled", "right_spelled"]
    return job.apply(both.select(*columns), "count", level, int(everything))
