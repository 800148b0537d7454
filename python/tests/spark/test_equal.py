"""What a cluster finds is what one process finds, family for family."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from cluster import Cluster
from corpus import documents, hot, write
from export import of_report, of_table
from pyspark.sql import SparkSession

from twicetold import spark as on_cluster

#: Spark's own warnings are not ours to mend.
pytestmark = pytest.mark.filterwarnings("default")

CASES: dict[str, dict[str, str]] = {
    "document": {"level": "document"},
    "paragraph": {"level": "paragraph"},
    "both": {"level": "document,paragraph"},
    "signatures": {"level": "paragraph,sentence", "threshold": "paragraph=0.5,sentence=0.6"},
    "noisy": {"level": "document", "threshold": "document=0.45", "containment": "0.8", "keep": "newest"},
    "longest": {"level": "document,paragraph", "keep": "longest", "seed": "5"},
    "passage": {"level": "passage"},
    "all": {"level": "document,paragraph,sentence,passage", "keep": "newest"},
    "reuse": {"level": "document,passage", "profile": "reuse"},
}


def flags(case: dict[str, str]) -> list[str]:
    return [part for name, value in case.items() for part in (f"--{name}", value)]


def found(spark: SparkSession, path: Path, work: Path, case: dict[str, str]) -> Any:
    corpus = on_cluster.read(spark, str(path), work=str(work))
    settings = {name: value for name, value in case.items() if name != "level"}
    return on_cluster.scan(corpus, level=case["level"], settings=settings)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("generated") / "generated.jsonl", documents(600))


@pytest.mark.parametrize("name", CASES)
def test_families_are_those_of_a_scan(
    name: str, spark: SparkSession, scan: Any, generated: Path, tmp_path: Path
) -> None:
    result = found(spark, generated, tmp_path, CASES[name])
    expected = of_report(scan(generated, *flags(CASES[name])))
    assert 20 < expected.count("\n")
    assert of_table(result.table) == expected


def test_a_folder_is_read_in_the_order_of_a_scan(spark: SparkSession, scan: Any, tmp_path: Path) -> None:
    rows = list(documents(200, seed=3))
    folder = tmp_path / "in"
    for number, name in enumerate(["b.jsonl", "a/z.jsonl", "a b.jsonl", "a/y/ü.jsonl"]):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, iter(rows[number * 50 : (number + 1) * 50]))
    case = {"level": "document"}
    corpus = on_cluster.read(spark, str(folder), work=str(tmp_path / "w"), format="jsonl")
    result = on_cluster.scan(corpus)
    assert of_table(result.table) == of_report(scan(folder, *flags(case)))


def test_large_buckets_are_thinned_as_in_a_scan(spark: SparkSession, scan: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "hot.jsonl", hot(300, 200))
    case = {"level": "document,paragraph"}
    result = found(spark, path, tmp_path / "w", case)
    assert of_table(result.table) == of_report(scan(path, *flags(case)))
    assert 0 < result.cut["document"], "otherwise no bucket was large"


def test_frequent_passages_are_those_of_a_scan(spark: SparkSession, scan: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "hot.jsonl", hot(120, 60))
    case = {"level": "passage"}
    result = found(spark, path, tmp_path / "w", case)
    assert of_table(result.table) == of_report(scan(path, *flags(case)))
    assert 100 < result.table.num_rows, "otherwise no seed was frequent"


def test_formulas_are_those_of_a_scan(spark: SparkSession, scan: Any, generated: Path, tmp_path: Path) -> None:
    config = tmp_path / "rare.toml"
    config.write_text("[passage]\nrare-documents = 3\n")
    settings = {"passage.rare-documents": "3"}
    corpus = on_cluster.read(spark, str(generated), work=str(tmp_path / "w"))
    result = on_cluster.scan(corpus, level="passage", settings=settings)
    expected = of_report(scan(generated, "--level", "passage", "--config", str(config)))
    assert of_table(result.table) == expected
    assert expected != of_report(scan(generated, "--level", "passage")), "otherwise there was no formula"


def test_dedup_leaves_the_same_documents(spark: SparkSession, binary: str, generated: Path, tmp_path: Path) -> None:
    result = found(spark, generated, tmp_path / "w", {"level": "document", "keep": "longest"})
    out = tmp_path / "out.jsonl"
    command = [binary, "dedup", generated, "-o", out, "--keep", "longest", "--isolated", "--progress", "never"]
    subprocess.run(command, check=True)
    left = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    assert 300 < len(left) < 600
    assert [row["id"] for row in result.deduplicated.orderBy("doc").collect()] == left


def test_a_table_has_the_order_of_its_ids_and_pairs_are_those_of_a_scan(
    spark: SparkSession, scan: Any, generated: Path, tmp_path: Path
) -> None:
    rows = [(number, row["text"]) for number, row in enumerate(documents(600))]
    frame = spark.createDataFrame(rows, "id long, text string").repartition(5)
    corpus = on_cluster.number(frame, order=["id"], work=str(tmp_path))
    result = on_cluster.scan(corpus, level="paragraph")
    assert of_table(result.table) == of_report(scan(generated, "--level", "paragraph"))
    report = scan(generated, "--level", "paragraph", "-f", f"pairs={tmp_path / 'pairs.tsv'}")
    assert report["families"]
    expected = len((tmp_path / "pairs.tsv").read_text().splitlines())
    assert result.pairs.count() == expected


def test_the_result_is_the_same_after_a_worker_was_killed(
    spark: SparkSession, cluster: Cluster, scan: Any, generated: Path, tmp_path: Path
) -> None:
    """Killed with -9 when the counting of pairs begins, so that what its executor had written for shuffles is lost."""
    tracker = spark.sparkContext.statusTracker()
    killed = threading.Event()

    def kill() -> None:
        while not killed.is_set():
            if tracker.getJobIdsForGroup("counted-0"):
                cluster.kill_worker()
                killed.set()
                return
            time.sleep(0.01)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        result = found(spark, generated, tmp_path, {"level": "document"})
        assert killed.is_set(), "the stage was over before it was seen"
    finally:
        killed.set()
        killer.join()
    assert of_table(result.table) == of_report(scan(generated, "--level", "document"))
