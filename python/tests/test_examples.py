"""What the documents show is run, and does what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

DOCUMENTS = ["README.md", "docs/python.md"]


def examples(name: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("name", "code"), [(name, code) for name in DOCUMENTS for code in examples(name)])
def test_an_example_runs_and_types(name: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    run = subprocess.run([sys.executable, "-W", "error", "example.py"], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    told = [line.removeprefix("# prints: ") for line in code.splitlines() if line.startswith("# prints: ")]
    assert run.stdout.splitlines()[: len(told)] == told
    config = ROOT / "python" / "pyproject.toml"
    words = ["--strict", "--config-file", str(config), "--cache-dir", str(tmp_path / "cache"), "example.py"]
    types = subprocess.run([sys.executable, "-m", "mypy", *words], cwd=tmp_path, capture_output=True, text=True)
    assert types.returncode == 0, types.stdout


def test_there_are_examples() -> None:
    assert all(examples(name) for name in DOCUMENTS)
