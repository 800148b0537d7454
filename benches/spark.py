"""Times ``twicetold.spark`` on a standalone cluster of this machine against ``twicetold scan``, and compares what they find.

    TWICETOLD=target/release/twicetold python benches/spark.py --documents 100000
    TWICETOLD=target/release/twicetold python benches/spark.py --input corpus.jsonl
    TWICETOLD=target/release/twicetold python benches/spark.py --documents 100000 --kill
    TWICETOLD=target/release/twicetold python benches/spark.py --hot 100000 --wordings 50000 --level paragraph,document

Needs the wheel with its extra ``spark``. Prints a table by step, from Spark's own REST API: time on the clock, time of the executors,
bytes written to shuffles; then the largest memory of any executor with its Python, sampled from /proc.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python" / "tests" / "spark"))

from cluster import Cluster  # noqa: E402
from corpus import documents, hot, write  # noqa: E402
from export import of_report, of_table  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

from twicetold import spark as on_cluster  # noqa: E402


def resident(pid: int, children: dict[int, list[int]]) -> int:
    """Bytes of a process and all below it."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(child, children) for child in children.get(pid, []))


class Memory(threading.Thread):
    """Looks at the executors five times a second: the children of the workers."""

    def __init__(self, workers: list[int]) -> None:
        super().__init__(daemon=True)
        self.workers, self.most, self.over = workers, 0, False

    def run(self) -> None:
        while not self.over:
            children: dict[int, list[int]] = {}
            for folder in Path("/proc").glob("[0-9]*"):
                try:
                    parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except OSError:
                    continue
                children.setdefault(parent, []).append(int(folder.name))
            for worker in self.workers:
                for executor in children.get(worker, []):
                    self.most = max(self.most, resident(executor, children))
            time.sleep(0.2)


def asked(session: SparkSession, what: str) -> Any:
    """What the driver's REST API says."""
    context = session.sparkContext
    address = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/{what}"
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


def seconds(job: dict[str, Any]) -> float:
    form = "%Y-%m-%dT%H:%M:%S.%fGMT"
    both = [datetime.strptime(job[name], form) for name in ("submissionTime", "completionTime")]
    return (both[1] - both[0]).total_seconds()


def by_step(session: SparkSession) -> Iterator[tuple[str, float, float, float, int]]:
    """For each step its seconds on the clock, of executors, megabytes shuffled, and tasks that failed."""
    stages = {(stage["stageId"]): stage for stage in asked(session, "stages") if stage["status"] == "COMPLETE"}
    steps: dict[str, list[dict[str, Any]]] = {}
    for job in sorted(asked(session, "jobs"), key=lambda job: int(job["jobId"])):
        steps.setdefault(job.get("jobGroup", "-"), []).append(job)
    for name, jobs in steps.items():
        of = [stages[number] for number in {number for job in jobs for number in job["stageIds"]} if number in stages]
        yield (
            name,
            sum(seconds(job) for job in jobs if "completionTime" in job),
            sum(stage["executorRunTime"] for stage in of) / 1000,
            sum(stage["shuffleWriteBytes"] for stage in of) / 1e6,
            sum(job["numFailedTasks"] for job in jobs),
        )


def killer(session: SparkSession, cluster: Cluster, group: str) -> threading.Event:
    """Ends a worker with -9 once a task of that step runs."""
    done = threading.Event()
    tracker = session.sparkContext.statusTracker()

    def watch() -> None:
        while not done.is_set():
            for job in tracker.getJobIdsForGroup(group):
                stages = [tracker.getStageInfo(number) for number in getattr(tracker.getJobInfo(job), "stageIds", [])]
                if any(stage is not None and 0 < stage.numActiveTasks for stage in stages):
                    cluster.kill_worker()
                    done.set()
                    return
            time.sleep(0.02)

    threading.Thread(target=watch, daemon=True).start()
    return done


def main() -> int:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--documents", type=int, default=0)
    made.add_argument("--input", type=Path, help="JSON lines of your own: `cargo run --release --example corpus` makes some")
    made.add_argument("--hot", type=int, default=0, help="documents with one paragraph in common")
    made.add_argument("--wordings", type=int, default=0, help="documents that are one article in many wordings")
    made.add_argument("--level", default="document")
    made.add_argument("--kill", action="store_true", help="end a worker with -9 while pairs are counted")
    made.add_argument("--memory", default="2g", help="of a worker")
    made.add_argument("--executor", default="1200m", help="of an executor's JVM")
    made.add_argument("--no-scan", action="store_true", help="do not compare with one process")
    asked_for = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="spark-bench-") as name:
        folder = Path(name)
        path = asked_for.input or folder / "in.jsonl"
        if asked_for.input:
            pass
        elif asked_for.documents:
            write(path, documents(asked_for.documents))
        else:
            write(path, hot(asked_for.hot, asked_for.wordings))
        print(f"{path.stat().st_size / 1e6:.1f} MB of JSON lines, level {asked_for.level}")
        expected = ""
        if not asked_for.no_scan:
            command = [os.environ.get("TWICETOLD", "twicetold"), "scan", str(path), "--level", asked_for.level]
            start = time.monotonic()
            done = subprocess.run([*command, "--isolated", "-f", "json"], capture_output=True, check=True)
            print(f"twicetold scan: {time.monotonic() - start:.1f} s")
            expected = of_report(json.loads(done.stdout))
        with Cluster(folder, memory=asked_for.memory) as cluster:
            found = on(cluster, path, folder / "work", asked_for)
    print(f"{found.count(chr(10))} families, SHA-256 {hashlib.sha256(found.encode()).hexdigest()}")
    if expected:
        print("the same as twicetold scan" if found == expected else "NOT THE SAME AS twicetold scan")
    return int(bool(expected) and found != expected)


def on(cluster: Cluster, path: Path, work: Path, asked_for: argparse.Namespace) -> str:
    """Runs on a cluster, and tells how it went."""
    builder = SparkSession.builder.master(cluster.url).appName("bench")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.executor.memory": asked_for.executor,
        "spark.sql.shuffle.partitions": "16",
        "spark.ui.showConsoleProgress": "false",
        "spark.network.timeout": "60s",
        "spark.executor.heartbeatInterval": "5s",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    memory = Memory([worker.pid for worker in cluster.workers])
    memory.start()
    if asked_for.kill:
        killed = killer(session, cluster, "counted-0")
    start = time.monotonic()
    corpus = on_cluster.read(session, str(path), work=str(work))
    result = on_cluster.scan(corpus, level=asked_for.level)
    total = time.monotonic() - start
    memory.over = True
    print(f"\n{'step':<22}{'seconds':>9}{'executors':>11}{'shuffled MB':>13}{'failed':>8}")
    rows = list(by_step(session))
    for name, clock, executors, shuffled, failed in rows:
        print(f"{name:<22}{clock:>9.1f}{executors:>11.1f}{shuffled:>13.1f}{failed:>8}")
    print(f"{'all':<22}{total:>9.1f}{sum(row[2] for row in rows):>11.1f}{sum(row[3] for row in rows):>13.1f}")
    print(f"largest executor with its Python: {memory.most / 1e6:.0f} MB; cut short: {result.cut or 'nothing'}")
    if asked_for.kill:
        print("a worker was ended with -9" if killed.is_set() else "NO WORKER WAS ENDED")
    session.stop()
    return of_table(result.table)


if __name__ == "__main__":
    sys.exit(main())
