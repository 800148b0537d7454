"""What tests share: the command line beside the module, and the fixtures of the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
CASES = sorted(path / "in" if (path / "in").is_dir() else path for path in (FIXTURES / "cases").iterdir())


def binary() -> str:
    """The command line of the same source: what TWICETOLD names, or what cargo builds."""
    if named := os.environ.get("TWICETOLD"):
        return named
    cargo = shutil.which("cargo")
    assert cargo, "name the command line in TWICETOLD, or have cargo build it"
    build = ["build", "--locked", "--quiet", "--package", "twicetold", "--bin", "twicetold", "--message-format", "json"]
    out = subprocess.run([cargo, *build], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    made = [json.loads(line).get("executable") for line in out.splitlines()]
    return str(next(path for path in made if path))


@pytest.fixture(scope="session")
def command() -> str:
    return binary()


class Cli:
    """Runs the command line without a configuration file."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __call__(self, *words: str | os.PathLike[str], stdin: bytes | None = None, codes: tuple[int, ...] = (0,)) -> bytes:
        words = tuple(os.fspath(word) for word in words)
        run = subprocess.run([self.command, "--isolated", "-q", *words], input=stdin, capture_output=True)
        assert run.returncode in codes, run.stderr.decode()
        return run.stdout


@pytest.fixture(scope="session")
def cli(command: str) -> Cli:
    return Cli(command)


TOLD = "The harbour board will dredge the basin in May, when the herring fleet is at sea."
FIRST = f"{TOLD} Nobody on the quay objected, for once, to the noise."
SECOND = f"It rained on the fair, and the band played under a tarpaulin. {TOLD}"

RECORDS: list[dict[str, object]] = [
    {"id": "a", "title": "Harbour", "date": "2024-05-01", "text": FIRST},
    {"id": 7, "title": None, "source": "Courier", "text": SECOND},
    {"id": "c", "text": "Ein ganz anderer Satz über Möwen, Nebel und 東京タワー 🗼, der nur einmal steht und sonst nirgends."},
    {"id": "d", "url": "https://example.org/d", "text": FIRST.upper()},
    {"id": "e", "text": ""},
    {"id": "f", "text": None},
    {"id": "g", "text": f"🗼 é\u0301 “Quote” … {TOLD}\r\n\r\nÜber den Möwen — {TOLD}\u00a0\n"},
]


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS]
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return path
