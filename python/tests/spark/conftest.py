"""What the tests of ``twicetold.spark`` share: a cluster, a session on it, and the binary to be equal to.

Without Spark they are not collected: ``python/test-spark`` brings it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cluster import Cluster
    from pyspark.sql import SparkSession

Scan = Callable[..., dict[str, Any]]

collect_ignore_glob = [] if importlib.util.find_spec("pyspark") else ["test_*.py"]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers."""
    from cluster import Cluster

    with Cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture(scope="session")
def spark(cluster: Cluster) -> Iterator[SparkSession]:
    """A session on the cluster."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(cluster.url).appName("twicetold-tests")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "700m",
        "spark.sql.shuffle.partitions": "4",
        "spark.default.parallelism": "4",
        "spark.ui.showConsoleProgress": "false",
        "spark.network.timeout": "60s",
        "spark.executor.heartbeatInterval": "5s",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def binary() -> str:
    """The command line to be equal to."""
    named = os.environ.get("TWICETOLD") or shutil.which("twicetold")
    if named is None:
        pytest.fail("name the binary to compare with in TWICETOLD")
    return named


@pytest.fixture(scope="session")
def scan(binary: str) -> Scan:
    """``twicetold scan`` of files, as JSON."""

    def run(path: Path, *flags: str) -> dict[str, Any]:
        settings = [] if "--config" in flags else ["--isolated"]
        command = [binary, "scan", str(path), *settings, "--progress", "never", "-f", "json", *flags]
        done = subprocess.run(command, capture_output=True, check=True)
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    return run
