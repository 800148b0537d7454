"""Passages: from texts to aligned spans, and what families of them ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from ._steps import PASSAGE, Job, native


@dataclass(frozen=True)
class Passages:
    """What was found."""

    #: Every document with words: ``unit``, ``time``, ``words``, ``whole``.
    texts: DataFrame
    #: Those that are searched, with their words: ``unit``, ``words``, ``packed``.
    searched: DataFrame
    #: Documents with the words and limits of another one, which stands for them: ``first``, ``unit``.
    copies: DataFrame
    #: Aligned spans: ``left``, ``right``, ``at``, ``span``.
    spans: DataFrame
    #: For how many pairs of documents, and places of plain text, something may be missing.
    cut: int


class Search:
    """Finds the spans that are told twice."""

    def __init__(self, job: Job, documents: DataFrame) -> None:
        self.job = job
        self.documents = documents
        self.cut = 0

    def found(self) -> Passages:
        """Walks from texts to spans."""
        job = self.job
        texts = job.saved(job.apply(self.documents, "passage_texts"), "passage-texts")
        named = texts.select("bucket", "unit", "time", "words", "names")
        copies = job.saved(job.apply(job.buckets(named), "copies"), "passage-copies")
        searched = texts.select("unit", "words", "packed").join(copies.select("unit"), "unit", "left_anti")
        self.searched = job.saved(searched, "passage-searched")
        packed = self.searched.select("unit", "packed")
        seeds = job.saved(job.apply(job.buckets(job.apply(packed, "seeds")), "seed_pairs"), "seeds")
        hot = seeds.where("right is null").select("bucket", f.col("left").alias("unit"))
        places = seeds.where("bucket is null").select("left", "right")
        # They add something only where the seed before is a frequent one, which makes no pairs of its own.
        later = seeds.where("bucket is not null and right is not null")
        later = later.join(hot.select("bucket").distinct(), "bucket", "left_semi")
        places = places.unionByName(later.select("left", "right"))
        if not hot.isEmpty():
            places = places.unionByName(self._frequent(hot))
        first = f.shiftleft(f.shiftright("left", 32), 32)
        places = places.withColumn("bucket", first.bitwiseOR(f.shiftright("right", 32)))
        self.links = job.saved(job.apply(job.buckets(places, "left"), "links"), "links")
        spans = job.saved(self._compared(self.links.withColumn("formulas", f.lit(None).cast("string"))), "spans")
        spans = self._without_formulas(spans)
        self.cut += spans.where("span is null").count()
        described = texts.select("unit", "time", "words", "whole")
        spans = spans.where("span is not null").select("left", "right", "at", "span")
        return Passages(described, self.searched, copies, spans, self.cut)

    def _frequent(self, hot: DataFrame) -> DataFrame:
        """Pairs of places of seeds that are told apart by more words."""
        job = self.job
        places = hot.select(f.shiftright("unit", 32).alias("bucket"), "unit", f.col("bucket").alias("key"))
        packed = job.apply(job.buckets(places), "places").join(self.searched, "unit")
        apart = job.saved(job.apply(packed.select("unit", "places", "packed"), "apart"), "apart")
        groups = job.buckets(apart.select("bucket", "unit", "apart"))
        pairs = job.apply(groups, "frequent_pairs", number=self._waits(apart, groups))
        pairs = job.saved(pairs, "frequent-pairs")
        vain = pairs.where("left < 0").agg(f.coalesce(f.sum("right"), f.lit(0)).alias("vain")).collect()
        self.cut += int(vain[0]["vain"])
        return pairs.where("left >= 0")

    def _waits(self, apart: DataFrame, groups: DataFrame) -> int:
        """For which numbers of words places of plain text wait for more: bits. Only where there is very much of it."""
        job = self.job
        many, lengths = native().SPARK_WAITING
        plain = [f.sum(f.shiftright("plain", n).bitwiseAND(f.lit(1))).alias(f"n{n}") for n in range(lengths)]
        most = apart.agg(*plain).collect()[0]
        waits = 0
        for length in range(lengths):
            # No more wait than there are.
            if int(most[f"n{length}"] or 0) <= many:
                continue
            waiting = job.apply(groups, "waiting", number=waits).where(f"length = {length}")
            row = waiting.agg(f.coalesce(f.sum("places"), f.lit(0)).alias("places")).collect()[0]
            if many < int(row["places"]):
                waits |= 1 << length
        return waits

    def _compared(self, links: DataFrame) -> DataFrame:
        """Puts both texts beside the places they share, and aligns."""
        both = links
        for side in ("left", "right"):
            packed = f.col("packed").alias(f"{side}_packed")
            both = both.join(self.searched.select(f.col("unit").alias(side), packed), side)
        columns = ["left", "right", "links", "formulas", "left_packed", "right_packed"]
        return self.job.apply(both.select(*columns), "compare")

    def _without_formulas(self, spans: DataFrame) -> DataFrame:
        """Where the plan asks: aligns again without the spans that match only what many documents hold."""
        job = self.job
        rare_documents, rare_runs = job.plan.formulas()
        if not 0 < rare_documents <= self.documents.count():
            return spans
        asked = spans.where("runs is not null").select("left", "right", "at", "places", "runs")
        runs = job.saved(job.apply(asked, "asked_runs"), "asked-runs")
        low = runs.select(f.col("bucket").bitwiseAND(f.lit(0xFFFFFFFF)).alias("bucket")).distinct()
        batches = job.collected(low, "asked-runs")
        wanted = job.spark.sparkContext.broadcast(bytes(native().spark_wanted(batches[0])) if batches else bytes(8))
        held = job.apply(self.searched.select("unit", "packed"), "runs", data=wanted)
        held = held.join(runs.select("bucket").distinct(), "bucket", "left_semi")
        common = held.groupBy("bucket").count().where(f"count > {rare_documents}").select("bucket")
        of_span = ["left", "right", "at"]
        rare = runs.join(common, "bucket", "left_anti").groupBy(*of_span).agg(f.count("*").alias("rare"))
        formulas = asked.join(rare, of_span, "left").where(f"coalesce(rare, 0) < {rare_runs}")
        every = f.array_sort(f.collect_list("places"))
        formulas = formulas.groupBy("left", "right").agg(f.concat_ws(" ", every).alias("formulas"))
        formulas = job.saved(formulas, "formulas")
        again = self._compared(self.links.join(formulas, ["left", "right"]))
        kept = spans.join(formulas, ["left", "right"], "left_anti")
        return job.saved(kept.select(*again.columns).unionByName(again), "spans-again")


def add(job: Job, families: Any, found: Passages) -> None:
    """Brings spans to the driver, and the words of their places."""
    ends = found.spans.select(f.col("left").alias("unit")).union(found.spans.select("right"))
    ends = ends.union(found.copies.select("first")).distinct()
    known = found.texts.join(ends, "unit", "left_semi")
    for take, frame in (
        (families.add_spans, found.spans),
        (families.add_copies, found.copies),
        (families.add_documents, known),
    ):
        for batch in job.collected(frame, "families-passage"):
            take(batch)
    total = found.searched.agg(f.coalesce(f.sum("words"), f.lit(0)).alias("words")).collect()
    families.set_words(int(total[0]["words"]))
    needed = families.needed()
    if needed.num_rows == 0:
        return
    place = f.concat_ws(" ", "start", "end")
    places = job.frame(needed).groupBy("unit").agg(f.concat_ws(" ", f.collect_list(place)).alias("places"))
    of_places = places.join(found.searched, "unit").select("unit", "places", "packed")
    for batch in job.collected(job.apply(of_places, "words"), "words"):
        families.add_words(batch)


def told(job: Job, places: DataFrame, documents: DataFrame) -> DataFrame:
    """Looks at the places of passages: what stands there, around them, and whether it is what their keepers say."""
    places = places.where(f.col("level") == PASSAGE)
    first = f.col("unit").bitwiseAND(f.lit(0xFFFFFFFF))
    place = f.concat_ws(" ", "place", first, first + f.col("words"))
    every = f.concat_ws(" ", f.collect_list(place)).alias("places")
    asked = places.groupBy(f.shiftright("unit", 32).alias("doc")).agg(every)
    read = asked.join(documents.select("doc", "text"), "doc").select("text", "places")
    read = job.saved(job.apply(read, "told_passages"), "passages-read")
    keepers = read.select(f.col("place").alias("keeper_place"), f.col("spelled").alias("keeper_spelled"))
    both = places.join(read.select("place", "spelled"), "place").join(keepers, "keeper_place")
    looked = job.apply(both.select("place", "level", "same", "keeper_spelled", "spelled"), "told")
    return looked.join(read.drop("spelled"), "place")
