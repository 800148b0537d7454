"""A real standalone cluster: a master and two workers as processes on loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

import pyspark

WAIT_SECONDS = 120


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """Stops what it started, whatever happens; ends only its own processes."""

    def __init__(self, folder: Path, workers: int = 2, memory: str = "1g") -> None:
        java = shutil.which("java")
        if java is None:
            raise RuntimeError("no java: Spark needs 17 or later")
        home = Path(pyspark.__file__).parent
        os.environ.update(
            SPARK_HOME=str(home),
            SPARK_LOCAL_IP="127.0.0.1",
            SPARK_NO_DAEMONIZE="1",
            PYSPARK_PYTHON=sys.executable,
            PYSPARK_DRIVER_PYTHON=sys.executable,
        )
        os.environ.setdefault("JAVA_HOME", str(Path(java).resolve().parent.parent))
        self._command = str(home / "bin" / "spark-class")
        self._folder = folder
        self._memory = memory
        self.port, self.web = free_port(), free_port()
        self.url = f"spark://127.0.0.1:{self.port}"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        master = ["master.Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", str(self.web)]
        try:
            self._start("master", master)
            self._until(lambda: self._state() is not None)
            for number in range(workers):
                self.add_worker(number)
            self._until(lambda: self.alive() == workers)
        except BaseException:
            self.stop()
            raise

    def _start(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        command = [self._command, f"org.apache.spark.deploy.{arguments[0]}", *arguments[1:]]
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self._processes.append(process)
        return process

    def add_worker(self, number: int) -> None:
        """One more."""
        folder = self._folder / f"worker-{number}"
        arguments = ["worker.Worker", "--host", "127.0.0.1", "--port", str(free_port())]
        arguments += ["--webui-port", str(free_port()), "--cores", "1", "--memory", self._memory]
        arguments += ["--work-dir", str(folder), self.url]
        self.workers.append(self._start(f"worker-{number}-{len(self.workers)}", arguments))

    def _state(self) -> dict[str, Any] | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web}/json/", timeout=5) as answer:
                state: dict[str, Any] = json.load(answer)
                return state
        except OSError:
            return None

    def alive(self) -> int:
        """Workers that the master knows to be there."""
        state = self._state() or {}
        return sum(worker["state"] == "ALIVE" for worker in state.get("workers", []))

    def _until(self, holds: Any) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not holds():
            if end < time.monotonic():
                raise TimeoutError(f"the cluster did not come up: see {self._folder}")
            time.sleep(0.2)

    def kill_worker(self) -> None:
        """Ends a worker and its executors at once, as a machine that loses power would."""
        os.killpg(self.workers.pop().pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ends everything."""
        for process in reversed(self._processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
